import { object, optionalObject, text } from './decode';
import { getJson, postForm } from './http';

/** How this console asks who somebody is. Strategies other than `token` and `header` need no form of ours. */
export interface Session {
  readonly strategy: string;
  /** Empty: nobody has logged in, or nobody need. */
  readonly username: string;
  /** Milliseconds since 1970; `null`: never. */
  readonly expiresOn: number | null;
}

export function fetchSession(signal: AbortSignal | undefined): Promise<Session> {
  return getJson('api/auth/info', decodeSession, signal);
}

/** Begins a session; a cookie that scripts cannot read stands for it. */
export function logIn(token: string): Promise<void> {
  return postForm('api/authenticate', { token });
}

/** Lets the session last its full length from now on, with the token it was begun with. */
export function prolongSession(): Promise<void> {
  return postForm('api/authenticate', {});
}

/** Ends the session, here and at the server. */
export function logOut(): Promise<void> {
  return getJson('api/logout', () => undefined, undefined);
}

export function decodeSession(json: unknown): Session {
  const data = object(json, 'auth info');
  const session = optionalObject(data.sessionInfo) ?? {};
  const expires = Date.parse(text(session.expiresOn));
  return { strategy: text(data.strategy), username: text(session.username), expiresOn: Number.isFinite(expires) ? expires : null };
}

/** A form must be filled in before anything else is told. */
export function mustLogIn(session: Session): boolean {
  return session.strategy === 'token' && session.username === '';
}
