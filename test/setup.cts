// A machine that is busy with other things may take many times as long as a quiet one.
jest.setTimeout(60_000);
