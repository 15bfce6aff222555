import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const LANGUAGES = ['en', 'zh-CN'];

/** What no test on loaded files can notice is left alone. */
export const strykerPlugins = [
	declareValuePlugin(PluginKind.Ignore, 'texts', {
		shouldIgnore({ node }) {
			const isText = node.type === 'ObjectProperty' && isLanguage(node.key);
			return isText ? 'unit/texts reads it in the source, where a mutant hides it' : undefined;
		},
	}),
	declareValuePlugin(PluginKind.Ignore, 'load', {
		shouldIgnore(path) {
			const isOfLoad = path.isExpression() && !isDoneLater(path) && !holdsMore(path);
			return isOfLoad ? 'made when the file is loaded, once for all mutants' : undefined;
		},
	}),
];

function isLanguage(key) {
	return LANGUAGES.includes(key.name ?? key.value);
}

function isDoneLater(path) {
	return path.find((one) => one.isFunction() || one.isClassProperty()) !== null;
}

/** Whether there is a function in it, whose mutants count. */
function holdsMore(path) {
	let holds = false;
	path.traverse({
		Function(inner) {
			holds = true;
			inner.stop();
		},
	});
	return holds;
}
