/** Preloaded into an n8n process: its clock and its timer are ahead by LATER_BY_MS milliseconds. */
const ahead = Number(process.env.LATER_BY_MS);
const now = Date.now.bind(Date);
const elapsed = performance.now.bind(performance);

Date.now = () => now() + ahead;
performance.now = () => elapsed() + ahead;
globalThis.Date = new Proxy(Date, {
	construct: (target, given, asked) =>
		Reflect.construct(target, given.length === 0 ? [target.now()] : given, asked),
});
