import { testAudit } from './merchantsAudit.cts';
import { testFollowed } from './merchantsFollowed.cts';
import { testFiles } from './merchantsFiles.cts';
import { testMorning } from './merchantsMorning.cts';
import { testReminders } from './merchantsReminders.cts';
import { testReport } from './merchantsReport.cts';
import { useMerchants } from './merchantsWorld.cts';

const merchants = useMerchants();

describe('the files of the set', () => testFiles(merchants));
// First, while there are no accounts but its own.
describe('audit', () => testAudit(merchants));
describe('every morning', () => testMorning(merchants));
describe('followed', () => testFollowed(merchants));
describe('reminders', () => testReminders(merchants));
describe('weekly report', () => testReport(merchants));
