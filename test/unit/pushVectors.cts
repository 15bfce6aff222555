/** Examples of WeChat's pages and sample code, and one for the ticket (V9) made after them. */

import { readEncodingAesKey } from '../../nodes/wechat/messageCrypto';

export const K1 = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
export const K2 = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
export const K3 = 'A'.repeat(43);
export const PLATFORM = 'wx134c8103faa5a59e';

/** @throws Error if the text is not a key */
export function keyOf(encodingAesKey: string): Buffer {
	const key = readEncodingAesKey(encodingAesKey);
	if (!key) throw new Error('no key');
	return key;
}

const V1 =
	'D7yzvUNAL930rd28wf21s4hvXhz0L6Uit/p2Di6C5DHyYGpEgdBRnKjBec34JwoQXicwaZC7fOVihW80F4VtsdvE//1vr7oAbqjDv8KenVp+ajKYpJnyQ4zMRhIC+a31fCVOMC03FfzV/QuC94kBP55a+Za3sJgvAn+ZbsNqZI5DkyuzkhQN8OBqCzFhizGmy0xpM0MEA4agpvE+RuNO1rhHTtuJB5yltw1FiYzecSXJ+y/D2r81VkRn2eYjh2ltsoyfbDR7Is6ookXIFxTfyeNyeHxMeT4KN5WpCDmSbTcUYrbBUlkGLJ9n/rU8YOywma6G7aTb7KZKOqCxgfoUlYEZPk4FUL/TK7ShriFDMVCLyjQJ15Ob++agDWtcxhfUfe6HIoIpRW8mKNBQiY/Jd1svvuskA1wLef1RTtzKfMpagSCX/laZINmdnX4zrF6kIaR9P4xQrWXbsTFHTYe0Mg==';
const V2 =
	'hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7';
const V3 =
	'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==';
const V4 =
	'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
export const V9 =
	'PDm0EY7vFufy4ECQc0Er0B9Aanvj72M6jnNc2dR01VHiZRiKHyWK1ir85qPEZxk2WilkmMUxqMclLKrFLA6dnUZEt2mm2V3LqWhZuIltqY3BPxbUBhi5+LVcowku7EXe8icDUAi5HPfDK145Gt3n/FP+RIebyq1QLKwXT0MP63ZZmUejb5RTSMY2sRLH9RKb4D5DmiVeLf2a8hVOU0jH9a8eTEG90ZD/xK6k6+e+x4gSaHAiDtNYDXCzpmd+WYxK+WN+hytmWv67uRfYr0t3i46oe/4c9ErwR11Jc9PLS6V4bCDAXSJQWfA3l+YdrN0XCTqhfn95MyX+tDDR1Yr0ZCQN+ALs4UcPij4GVSfk1qbJw3C7K+IHI+pYIcnnAyLf';

const DEBUG_DEMO = [
	'<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>',
	'<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName>',
	'<CreateTime>1715943329</CreateTime>',
	'<MsgType><![CDATA[event]]></MsgType>',
	'<Event><![CDATA[debug_demo]]></Event>',
	'<debug_str><![CDATA[hello world]]></debug_str>',
	'</xml>',
].join('\n');

const TICKET = [
	'<xml>',
	'<AppId><![CDATA[wx134c8103faa5a59e]]></AppId>',
	'<CreateTime>1715943329</CreateTime>',
	'<InfoType><![CDATA[component_verify_ticket]]></InfoType>',
	'<ComponentVerifyTicket><![CDATA[ticket@@@fake-ticket-for-tests]]></ComponentVerifyTicket>',
	'</xml>',
].join('\n');

export const MESSAGES = [
	{
		name: 'V1',
		key: K3,
		appId: PLATFORM,
		random: '1205899eaf019bbd',
		message: DEBUG_DEMO,
		encrypt: V1,
	},
	{
		name: 'V2',
		key: K3,
		appId: PLATFORM,
		random: '999951349e8ee746',
		message: '<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>',
		encrypt: V2,
	},
	{
		name: 'V3',
		key: K1,
		appId: 'wxb11529c136998cb6',
		random: 'aaaabbbbccccdddd',
		message: '我是中文abcd123',
		encrypt: V3,
	},
	{
		name: 'V4',
		key: K2,
		appId: 'wx5823bf96d3bd56c7',
		random: 'c41b64491c2468d0',
		message: '1616140317555161061',
		encrypt: V4,
	},
	{
		name: 'V9',
		key: K1,
		appId: PLATFORM,
		random: '1205899eaf019bbd',
		message: TICKET,
		encrypt: V9,
	},
];

export const SIGNATURES = [
	{
		name: 'V1',
		token: 'AAAAA',
		timestamp: '1715943329',
		nonce: '1590219412',
		encrypt: V1,
		signature: '6c12a4205838198b8fa631b3220723bb07f1015c',
	},
	{
		name: 'V1 without the message',
		token: 'AAAAA',
		timestamp: '1715943329',
		nonce: '1590219412',
		encrypt: '',
		signature: 'cc0c594499c1634947d5b502f158ee518947db27',
	},
	{
		name: 'V2',
		token: 'AAAAA',
		timestamp: '1713424427',
		nonce: '415670741',
		encrypt: V2,
		signature: '03e0812039325c2712ef5f0f980fd14c70d6e307',
	},
	{
		name: 'V4',
		token: 'QDG6eK',
		timestamp: '1409659589',
		nonce: '263014780',
		encrypt: V4,
		signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
	},
	{
		name: 'V8, strings',
		token: 'RMNlACHlV5ThzfRlVS4D4',
		timestamp: 'timestamp',
		nonce: 'nonce',
		encrypt: 'encrypt',
		signature: '8edac0945683c119ee71c9f6256d76c48aa08a96',
	},
	{
		name: 'V8, echostr',
		token: 'AAAAA',
		timestamp: '1714036504',
		nonce: '1514711492',
		encrypt: '',
		signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
	},
	{
		name: 'V9',
		token: 'AAAAA',
		timestamp: '1715943329',
		nonce: '1590219412',
		encrypt: V9,
		signature: 'ffb4fda76922f6d0d6d25e458e86def3a3df97c6',
	},
];
