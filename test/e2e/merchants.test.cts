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

describe('Files', () => testFiles(merchants));
// First, because it lists all accounts and must find only its own.
describe('Audit', () => testAudit(merchants));
describe('Send', () => testSend(merchants));
describe('Refresh', () => testRefresh(merchants));
describe('Every Morning', () => testMorning(merchants));
describe('Today', () => testToday(merchants));
describe('Followed', () => testFollowed(merchants));
describe('Reminders', () => testReminders(merchants));
describe('Authorized', () => testAuthorized(merchants));
describe('Weekly Report', () => testReport(merchants));
describe('All together', () => testTogether(merchants));
// Last, because it creates a new table.
describe('Table', () => testTable(merchants));
