import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The part of a chat message that tests read. */
export interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: unknown;
}

interface ChatRequest {
	messages: ChatMessage[];
	tools?: Array<{ function: { name: string; description: string; parameters: object } }>;
}

/** A language model that calls its first tool once and then answers with a text. */
export interface FakeModel {
	/** Base URL of the chat completions API. */
	readonly url: string;
	/** The requests, oldest first. */
	readonly requests: ChatRequest[];
	close(): void;
}

/** @param toolArguments the arguments with which the model calls the tool */
export async function startFakeModel(toolArguments: object, answer: string): Promise<FakeModel> {
	const requests: ChatRequest[] = [];
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		const chat = JSON.parse(await text(request)) as ChatRequest;
		requests.push(chat);
		const hasToolAnswer = chat.messages.some(({ role }) => role === 'tool');
		const call = {
			id: 'call_1',
			type: 'function',
			function: {
				name: chat.tools?.[0].function.name,
				arguments: JSON.stringify(toolArguments),
			},
		};
		const message = hasToolAnswer
			? { role: 'assistant', content: answer }
			: { role: 'assistant', content: null, tool_calls: [call] };
		const completion = {
			id: `chatcmpl-${requests.length}`,
			object: 'chat.completion',
			created: 0,
			model: 'fake',
			choices: [{ index: 0, message, finish_reason: hasToolAnswer ? 'stop' : 'tool_calls' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(completion));
	};
	const server = createServer((request, response) => void handle(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		close: () => void server.close(),
	};
}
