import type { Clock } from '../clock.cts';
import { copiesOf, mintTicket } from '../platform/platforms.cts';
import type { Platform, Platforms } from '../platform/platforms.cts';
import type { PlatformSettings } from '../platform/platformSettings.cts';
import type { Materials } from '../platform/platformTypes.cts';
import { encrypt, signatureOf } from './pushCrypto.cts';
import { send } from './pushSender.cts';
import type { Sendable } from './pushSender.cts';
import type { PushAnswer, PushFields, PushFilter, PushRecord } from './pushTypes.cts';
import { innerXml, outerXml } from './pushXml.cts';
import { randomDigits } from '../randomText.cts';

/** The log keeps this many pushes. */
export const PUSH_LOG_CAPACITY = 10_000;

interface StoredPush {
	readonly record: PushRecord;
	/** null if nothing was sent. */
	readonly sent: Sendable | null;
}

function isSuccess(answer: PushAnswer): boolean {
	return answer.status === 200 && answer.body === 'success';
}

function fits(record: PushRecord, filter: PushFilter): boolean {
	return (
		(filter.infoType === undefined || record.infoType === filter.infoType) &&
		(filter.delivered === undefined || record.delivered === filter.delivered) &&
		(filter.platform === undefined || record.platform === filter.platform) &&
		(filter.afterSequence === undefined || record.sequence > filter.afterSequence)
	);
}

/** The query of a push: every parameter seen on the auth-event URL. */
export function signedQuery(token: string, timestamp: number, nonce: string, encrypted: string) {
	const time = String(timestamp);
	return new URLSearchParams({
		signature: signatureOf(token, time, nonce),
		timestamp: time,
		nonce,
		encrypt_type: 'aes',
		msg_signature: signatureOf(token, time, nonce, encrypted),
	});
}

/** Sends pushes to the platforms' event URLs and records the answers. */
export class Pusher {
	private log: StoredPush[] = [];
	private sequence = 0;
	private timer: NodeJS.Timeout | undefined;
	private stopping = new AbortController();

	constructor(
		private readonly clock: Clock,
		private readonly settings: PlatformSettings,
		private readonly platforms: Platforms,
	) {}

	/** Starts, changes or ends the timer according to the settings. */
	rearm(): void {
		clearInterval(this.timer);
		const { ticketIntervalSeconds } = this.settings;
		if (ticketIntervalSeconds <= 0) return;
		this.timer = setInterval(() => this.pushAllTickets(), ticketIntervalSeconds * 1000);
		this.timer.unref();
	}

	/** Ends the timer and every push on its way. */
	stop(): void {
		clearInterval(this.timer);
		this.stopping.abort();
	}

	reset(): void {
		this.stop();
		this.stopping = new AbortController();
		this.log = [];
		this.sequence = 0;
		this.rearm();
	}

	/** Unix time for pushes. */
	time(): number {
		const { pushesUseSystemClock } = this.settings;
		return Math.floor((pushesUseSystemClock ? Date.now() : this.clock.now()) / 1000);
	}

	/** The decrypted XML of a push. */
	message(platform: Platform, infoType: string, fields: PushFields): string {
		const all = { AppId: platform.appId, CreateTime: this.time(), InfoType: infoType, ...fields };
		return innerXml(all, this.settings.pushCdata);
	}

	/**
	 * Pushes until an answer is right or all tries are used; every try has the same bytes.
	 *
	 * @param copy with the URL and the encryption key, by default the one for most accounts
	 */
	async push(
		platform: Platform,
		infoType: string,
		fields: PushFields,
		copy: Materials = copiesOf(platform)[0],
	): Promise<PushRecord> {
		const { eventUrl, messageToken, encodingAesKey } = copy;
		const about = { platform, infoType, isTest: copiesOf(platform).indexOf(copy) > 0 };
		if (eventUrl === null) return this.store(about, 'noEventUrl', null);
		const message = this.message(platform, infoType, fields);
		const encrypted = encrypt({ message, appId: platform.appId }, encodingAesKey);
		const nonce = randomDigits(10);
		const push: Sendable = {
			url: eventUrl,
			query: signedQuery(messageToken, this.time(), nonce, encrypted).toString(),
			body: Buffer.from(outerXml(platform.appId, encrypted)),
		};
		return this.deliver(this.store(about, null, push), push);
	}

	/** The push of an authorization, which can be late or get lost. */
	async pushAuthorization(
		platform: Platform,
		infoType: string,
		fields: PushFields,
		copy: Materials,
	): Promise<PushRecord> {
		const { delayAuthorizationPush: delay } = this.settings;
		const { signal } = this.stopping;
		if (delay !== 'drop' && delay > 0) await pause(delay);
		if (delay !== 'drop' && !signal.aborted) {
			return await this.push(platform, infoType, fields, copy);
		}
		return this.store({ platform, infoType, isTest: false }, 'dropped', null);
	}

	/**
	 * Creates a ticket and pushes it, also to the copy for tests if that differs. Tickets are also
	 * created while pushing is stopped.
	 */
	async pushTicket(platform: Platform, ticket?: string): Promise<PushRecord> {
		const repeated = this.settings.repeatTicket ? platform.lastTicket : null;
		const value = ticket ?? repeated ?? undefined;
		const fresh = value === undefined || !platform.tickets.has(value);
		const current = fresh ? mintTicket(platform, this.clock.now(), value) : value;
		const infoType = 'component_verify_ticket';
		if (platform.pushingStopped) {
			return this.store({ platform, infoType, isTest: false }, 'pushingStopped', null);
		}
		const fields = { ComponentVerifyTicket: current };
		const copies = copiesOf(platform);
		const pushes = copies.map((copy) => this.push(platform, infoType, fields, copy));
		return (await Promise.all(pushes))[0];
	}

	/**
	 * Repeats a recorded push, to its own URL unless another is given.
	 *
	 * @throws Error if there is no such push or nothing was sent
	 */
	async repeat(sequence: number, url?: string): Promise<PushRecord> {
		const { record, sent } = this.stored(sequence);
		const answer = await this.sendOnce({ ...sent, url: url ?? sent.url });
		record.answers.push(answer);
		record.delivered ||= isSuccess(answer);
		return { ...record, answers: [...record.answers] };
	}

	/** Sends once, without a record. */
	sendOnce(push: Sendable): Promise<PushAnswer> {
		return send(push, this.settings.pushTimeoutMs, this.stopping.signal);
	}

	/** @throws Error if there is no such push or nothing was sent */
	sent(sequence: number): Sendable {
		return this.stored(sequence).sent;
	}

	/** Oldest first. */
	pushes(filter: PushFilter = {}): PushRecord[] {
		const records = this.log.map(({ record }) => record).filter((record) => fits(record, filter));
		return records.map((record) => ({ ...record, answers: [...record.answers] }));
	}

	private stored(sequence: number): { record: PushRecord; sent: Sendable } {
		const stored = this.log.find(({ record }) => record.sequence === sequence);
		if (!stored?.sent) throw new Error(`no push ${sequence} was sent`);
		return { record: stored.record, sent: stored.sent };
	}

	private pushAllTickets(): void {
		for (const platform of this.platforms.all()) void this.pushTicket(platform);
	}

	private store(
		{ platform, infoType, isTest }: { platform: Platform; infoType: string; isTest: boolean },
		skipped: PushRecord['skipped'],
		sent: Sendable | null,
	): PushRecord {
		const record: PushRecord = {
			sequence: ++this.sequence,
			platform: platform.appId,
			infoType,
			isTest,
			at: this.clock.now(),
			delivered: false,
			skipped,
			answers: [],
		};
		this.log.push({ record, sent });
		if (this.log.length > PUSH_LOG_CAPACITY) this.log.shift();
		return record;
	}

	private async deliver(record: PushRecord, push: Sendable): Promise<PushRecord> {
		const { signal } = this.stopping;
		for (let attempt = 1; attempt <= this.settings.pushTries; attempt += 1) {
			if (attempt > 1) await pause(this.settings.pushRetryDelayMs);
			if (signal.aborted) break;
			const answer = await send(push, this.settings.pushTimeoutMs, signal);
			record.answers.push(answer);
			record.delivered = isSuccess(answer);
			if (record.delivered) break;
		}
		return record;
	}
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
