/** Whether a host of a URL is this machine itself, where a local stand-in for WeChat may be. */
export function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
