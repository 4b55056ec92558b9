import { decodeRecording, MAX_RECORDING_BYTES, type Recording, RecordingError } from '../../engine/recording.ts';

const tooLarge = (address: string) =>
  new RecordingError(`The recording ${address} is larger than ${MAX_RECORDING_BYTES / 1000} kB, so it is not shown.`);

/** Reads a body, and gives up as soon as it is longer than a recording may be. */
async function readBounded(response: Response, address: string): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_RECORDING_BYTES) {
      await reader.cancel();
      throw tooLarge(address);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Fetches and checks a recording, which may come from anywhere.
 * @throws RecordingError that says what is wrong with the address or the file.
 */
export async function fetchRecording(address: string): Promise<Recording> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new RecordingError(
      `The recording ${address} could not be fetched: the address is wrong, or its site does not let other pages read it (CORS).`,
    );
  }
  if (!response.ok) throw new RecordingError(`The recording ${address} could not be fetched (HTTP ${response.status}).`);
  return decodeRecording(await readBounded(response, address));
}
