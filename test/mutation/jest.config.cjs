const { projects } = require('../../jest.config.cjs');

const [unit] = projects;

module.exports = {
	...unit,
	rootDir: '../..',
	// These read the sources, or test the local WeChat.
	testPathIgnorePatterns: ['unit/(rooms|roads|terminal|sandbox)'],
	// Stryker resolves it from elsewhere.
	testEnvironment: require.resolve('../environment.cjs'),
};
