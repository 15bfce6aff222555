// A busy machine may take many times as long as an idle one.
jest.setTimeout(60_000);
