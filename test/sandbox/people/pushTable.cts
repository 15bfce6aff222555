import { markup, zh } from './html.cts';
import type { Html } from './html.cts';
import type { PublicationCheckStep, PushAnswer, PushRecord } from '../pushes/pushTypes.cts';
import { button, table } from './parts.cts';

/** The history shows this many pushes. */
const SHOWN_PUSHES = 50;

const SHOWN_CHARACTERS = 120;

function answerText({ status, body, ms, error }: PushAnswer): Html {
	if (error === 'timeout') return markup`no answer within ${ms} ms`;
	if (error !== null) return markup`no answer: ${error}`;
	return markup`HTTP ${status ?? ''}, <code>${body.slice(0, SHOWN_CHARACTERS)}</code>, ${ms} ms`;
}

function answers(push: PushRecord): Html {
	if (push.skipped === 'noEventUrl') return markup`not sent: there is no push URL`;
	if (push.skipped === 'dropped') return markup`not sent: lost on its way`;
	if (push.skipped === 'pushingStopped') return markup`not sent: tickets are stopped`;
	return markup`${push.answers.map((answer) => markup`<div>${answerText(answer)}</div>`)}`;
}

function verdict({ delivered, answers: given, skipped }: PushRecord): Html {
	if (delivered) return markup`Passed ${zh('通过')}`;
	if (skipped !== null) return markup`Not sent ${zh('未推送')}`;
	if (given.length === 0) return markup`On its way ${zh('推送中')}`;
	return markup`Not passed ${zh('未通过')}: the answer has to be exactly <code>success</code> within 5
		s`;
}

function clockTime(at: number): string {
	return new Date(at).toISOString().slice(11, 19);
}

/** The latest pushes, newest first, and their answers. */
export function pushHistory(pushes: readonly PushRecord[]): Html {
	const rows = pushes
		.slice(-SHOWN_PUSHES)
		.reverse()
		.map((push) => {
			const { sequence, at, infoType, isTest, skipped } = push;
			const kind = isTest ? `${infoType}, test copy` : infoType;
			const repeat =
				skipped === null
					? button({
							action: 'repeat',
							label: 'Push again',
							chinese: '重新推送',
							about: `number ${sequence}`,
							fields: { sequence: String(sequence) },
						})
					: '';
			return [sequence, `${clockTime(at)} UTC`, kind, verdict(push), answers(push), repeat];
		});
	if (rows.length === 0) return markup`<p>Nothing has been pushed yet.</p>`;
	return table(['Number', 'Time', 'InfoType', 'Verdict', 'Answers', 'Again'], rows);
}

/** The result of the last publication check. */
export function checkResult(steps: readonly PublicationCheckStep[]): Html {
	if (steps.length === 0) return markup`<p>The check has not run yet.</p>`;
	const passed = steps.every(({ push }) => push.delivered);
	const rows = steps.map(({ account, push }) => [
		push.infoType,
		account ?? '',
		verdict(push),
		answers(push),
	]);
	return markup`<p>
			<b>${passed ? markup`Passed ${zh('检测通过')}` : markup`Not passed ${zh('检测未通过')}`}</b>
		</p>
		${table(['Push', 'Test account', 'Verdict', 'Answers'], rows)}`;
}
