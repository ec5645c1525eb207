import { degradations } from './degraded';

/** The server answered with an error, or could not be reached. `message` is fit for the user's eyes. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly path: string,
    readonly status: number | null,
    readonly detail: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** The path the console is mounted at, with a slash at both ends: what the server wrote into `<base href>`. */
export function webRoot(): string {
  const path = new URL(document.baseURI).pathname;
  return path.endsWith('/') ? path : path.slice(0, path.lastIndexOf('/') + 1);
}

/** `name=value&...`, lists joined by commas, or repeated where the name ends in `[]`; absent values are left out, empty strings and lists are kept. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    if (Array.isArray(value) && name.endsWith('[]')) for (const item of value as readonly string[]) params.append(name, item);
    else params.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** GET of a JSON resource below the web root, checked by `decode` before anyone else sees it. */
export async function getJson<T>(
  path: string,
  decode: (json: unknown) => T,
  signal: AbortSignal | undefined,
): Promise<T> {
  return decodeAnswer(path, await send(path, { method: 'GET' }, signal), decode);
}

/** POST of a JSON body, answered by JSON. */
export async function postJson<T>(path: string, body: unknown, decode: (json: unknown) => T, signal: AbortSignal | undefined): Promise<T> {
  const request = { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  return decodeAnswer(path, await send(path, request, signal), decode);
}

/** POST of a form whose answer says no more than that it was accepted. */
export async function postForm(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const request = { method: 'POST', body: new URLSearchParams(fields).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
  await decodeAnswer(path, await send(path, request, undefined), () => undefined);
}

async function decodeAnswer<T>(path: string, response: Response, decode: (json: unknown) => T): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw errorOf(path, response, text);
  try {
    return decode(text === '' ? null : JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(`The answer is not understood: ${reason}`, path, response.status);
  }
}

async function send(path: string, request: { readonly method: string; readonly body?: string; readonly headers?: Record<string, string> }, signal: AbortSignal | undefined): Promise<Response> {
  try {
    const response = await fetch(`${webRoot()}${path}`, {
      method: request.method,
      ...(request.body !== undefined && { body: request.body }),
      headers: { Accept: 'application/json', 'Kiali-UI': 'true', ...request.headers },
      credentials: 'same-origin',
      ...(signal && { signal }),
    });
    if (response.ok) degradations.note(path, response.headers.get('X-Weft-Degraded'));
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('The Weft server cannot be reached.', path, null);
  }
}

/** Errors have Kiali's shape: `{"error": "...", "detail": "..."}`. */
function errorOf(path: string, response: Response, text: string): ApiError {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string') {
      const detail = 'detail' in body && typeof body.detail === 'string' ? body.detail : null;
      return new ApiError(body.error, path, response.status, detail);
    }
  } catch {
    // Not JSON: a proxy in between, or a crash page.
  }
  return new ApiError(`${response.status} ${response.statusText}`.trim(), path, response.status, text.slice(0, 300) || null);
}
