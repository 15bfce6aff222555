import type { RetryAfter, WhoActs } from '../wechat/errcodeTable';
import type { Language, Text } from '../wechat/text';
import type { Emission, Result } from './results';

const SENT: Text = { en: 'sent', 'zh-CN': '已发送' };
const PENDING: Text = { en: 'pending', 'zh-CN': '待确认' };

/**
 * The words for each outcome, after its count. An outcome that is missing here appears under its own name.
 */
const OUTCOMES: Readonly<Record<string, Text>> = {
	invitationSent: SENT,
	unlinkRequested: SENT,
	alreadyLinked: { en: 'already linked', 'zh-CN': '此前已关联' },
	invitationPending: PENDING,
	unlinkPending: PENDING,
	linked: { en: 'linked', 'zh-CN': '已关联' },
	pendingMiniProgramAdmin: PENDING,
	pendingOfficialAccountAdmin: PENDING,
	notLinked: { en: 'not linked', 'zh-CN': '未关联' },
	refused: { en: 'refused', 'zh-CN': '已拒绝' },
	unknownStatus: { en: 'with an unknown status', 'zh-CN': '状态未知' },
	read: { en: 'read', 'zh-CN': '已读取' },
	created: { en: 'created', 'zh-CN': '已创建' },
	authorized: { en: 'authorized', 'zh-CN': '已授权' },
	ok: { en: 'ok', 'zh-CN': '正常' },
	toLookAt: { en: 'to look at', 'zh-CN': '需要处理' },
	broken: { en: 'broken', 'zh-CN': '有故障' },
	waiting: { en: 'waiting', 'zh-CN': '等待推送' },
	notChecked: { en: 'not checked', 'zh-CN': '未检查' },
};

const AGAIN: Readonly<Record<Exclude<RetryAfter, 'none'>, Text>> = {
	minutes: { en: 'to send again in a few minutes', 'zh-CN': '几分钟后重新发送' },
	nextDay: { en: 'to send again the next day', 'zh-CN': '次日重新发送' },
	nextMonth: { en: 'to send again the next month', 'zh-CN': '下个月重新发送' },
};

const PERSONS: Readonly<Record<WhoActs, Text>> = {
	nobody: { en: 'from nobody', 'zh-CN': '无人' },
	officialAccountAdmin: {
		en: 'from the Official Account administrator',
		'zh-CN': '公众号管理员',
	},
	miniProgramAdmin: { en: 'from the Mini Program administrator', 'zh-CN': '小程序管理员' },
	provider: { en: 'from the provider', 'zh-CN': '服务商' },
	operator: { en: 'from you', 'zh-CN': '您' },
	weChat: { en: 'from WeChat support', 'zh-CN': '微信官方客服' },
};

/** How each language writes a count with its words, and joins the parts of the line. */
const LINE: Readonly<
	Record<
		Language,
		{
			count: (count: number, label: string) => string;
			attention: (count: number) => string;
			colon: string;
			comma: string;
			/** Separates words within a part. */
			and: string;
		}
	>
> = {
	en: {
		count: (count, label) => `${count} ${label}`,
		attention: (count) => `${count} ${count === 1 ? 'needs' : 'need'} attention`,
		colon: ': ',
		comma: ', ',
		and: ', ',
	},
	'zh-CN': {
		count: (count, label) => `${label} ${count} 个`,
		attention: (count) => `需要处理 ${count} 个`,
		colon: '：',
		comma: '，',
		and: '、',
	},
};

/**
 * The run in one line, such as "980 sent, 12 pending, 3 to send again the next month, 5 need
 * attention: 2 from the provider, 3 from you"; empty without items.
 */
export function summarize(emissions: readonly Emission[], language: Language): string {
	const { attention, colon, comma, and } = LINE[language];
	const failed = emissions
		.filter(({ outcome }) => outcome === 'failed')
		.map(({ json }) => json as Result);
	const acted = failed.filter((result) => !isForTimeAlone(result));
	const parts = [
		...countsOf(emissions, language, ({ outcome }) =>
			outcome === 'failed' ? undefined : (OUTCOMES[outcome] ?? { en: outcome, 'zh-CN': outcome }),
		),
		...Object.entries(AGAIN).flatMap(([retryAfter, label]) =>
			countsOf(
				failed.filter((result) => isForTimeAlone(result) && result.retryAfter === retryAfter),
				language,
				() => label,
			),
		),
	];
	if (acted.length > 0) {
		const from = countsOf(acted, language, ({ whoActs }) => PERSONS[whoActs]);
		parts.push(attention(acted.length) + colon + from.join(and));
	}
	return parts.join(comma);
}

/** Whether nobody has to act before the item is sent again. */
function isForTimeAlone({ whoActs, retryAfter }: Result): boolean {
	return whoActs === 'nobody' && retryAfter !== 'none';
}

/** How many entries have each label, in order of appearance; those without a label are left out. */
function countsOf<T>(
	entries: readonly T[],
	language: Language,
	labelOf: (entry: T) => Text | undefined,
): string[] {
	const counts = new Map<string, number>();
	for (const entry of entries) {
		const label = labelOf(entry)?.[language];
		if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
	}
	return [...counts].map(([label, count]) => LINE[language].count(count, label));
}
