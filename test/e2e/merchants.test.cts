import { testAudit } from './merchantsAudit.cts';
import { testAuthorized } from './merchantsAuthorized.cts';
import { testFollowed } from './merchantsFollowed.cts';
import { testFiles } from './merchantsFiles.cts';
import { testToday } from './merchantsToday.cts';
import { testMorning } from './merchantsMorning.cts';
import { testReminders } from './merchantsReminders.cts';
import { testRefresh } from './merchantsRefresh.cts';
import { testReport } from './merchantsReport.cts';
import { testSend } from './merchantsSend.cts';
import { testTable } from './merchantsTable.cts';
import { testTogether } from './merchantsTogether.cts';
import { useMerchants } from './merchantsWorld.cts';

const merchants = useMerchants();

describe('the files of the set', () => testFiles(merchants));
// First, while there are no accounts but its own.
describe('audit', () => testAudit(merchants));
describe('send', () => testSend(merchants));
describe('refresh', () => testRefresh(merchants));
describe('every morning', () => testMorning(merchants));
describe('today', () => testToday(merchants));
describe('followed', () => testFollowed(merchants));
describe('reminders', () => testReminders(merchants));
describe('authorized', () => testAuthorized(merchants));
describe('weekly report', () => testReport(merchants));
describe('all together', () => testTogether(merchants));
// Last: it makes the table anew.
describe('the table', () => testTable(merchants));
