import { linksOf } from '../../../nodes/accounts/account';
import { Client } from '../../../nodes/calls/client';
import { accountWith, answered, FakeWeChat } from '../fakes.cts';

it('The list of an account is read once, however many items ask', async () => {
	let reads = 0;
	const entry = {
		status: 1,
		username: 'gh_00000000000a',
		get appid() {
			reads++;
			return 'wx000000000000000a';
		},
	};
	const reply = { ...answered(0), payload: { wxopens: { items: [entry] } } };
	const weChat = FakeWeChat.withScript(reply);
	const client = new Client(weChat, { maxTries: 1 });
	const account = accountWith();
	const find = async () => (await linksOf(account, client)).list.find('wx000000000000000a');
	expect((await find())?.status).toBe(1);
	const readsOfOne = reads;
	for (let n = 0; n < 100; n++) await find();
	expect(reads).toBe(readsOfOne);
	expect(weChat.calls).toHaveLength(1);
});
