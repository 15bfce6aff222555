const { TestEnvironment } = require('jest-environment-node');

/** Shows what n8n logged during a test when the test has failed, and only then. */
module.exports = class extends TestEnvironment {
	handleTestEvent({ name, test }) {
		const { n8nLog } = this.global;
		if (!n8nLog) return;
		if (name === 'test_start') n8nLog.length = 0;
		if (name === 'test_done' && test.errors.length > 0 && n8nLog.length > 0) {
			this.global.console.log(`n8n's log during "${test.name}":\n${n8nLog.join('\n')}`);
		}
	}
};
