import { approve, showApproval } from './approve.ts';
import { authorize } from './authorize.ts';
import { introspect, tellUser } from './bearer.ts';
import { logIn, showLogin } from './login.ts';
import { discovery, health, keys } from './published.ts';
import { giveTokens } from './token.ts';
import type { Visit } from './visit.ts';
import type { Way } from './way.ts';

/** An endpoint: what it does for which method, and whether people or programs read what it refuses. */
export interface Endpoint {
  readonly refuses: 'page' | 'json';
  readonly ways: Readonly<Partial<Record<'GET' | 'HEAD' | 'POST', Way<Visit>>>>;
}

/** In early versions of Dex a login began here with `req`; scripts that know later ones come with what they would send to `/auth`. */
const local: Way<Visit> = visit =>
  !visit.query.has('req') && visit.query.has('client_id') ? authorize(visit) : showLogin(visit);

const login = { GET: local, HEAD: local, POST: logIn };

/** Paths below the issuer’s own, and the steps that each takes: the ways are lists of them. */
export const endpoints: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': { refuses: 'json', ways: { GET: discovery, HEAD: discovery } },
  '/keys': { refuses: 'json', ways: { GET: keys, HEAD: keys } },
  '/healthz': { refuses: 'page', ways: { GET: health, HEAD: health } },
  '/auth': { refuses: 'page', ways: { GET: authorize, HEAD: authorize, POST: authorize } },
  '/auth/local': { refuses: 'page', ways: login },
  '/auth/local/login': { refuses: 'page', ways: login },
  // Looking at the head alone must not use the login up.
  '/approval': { refuses: 'page', ways: { GET: showApproval, POST: approve } },
  '/token': { refuses: 'json', ways: { POST: giveTokens } },
  '/token/introspect': { refuses: 'json', ways: { POST: introspect } },
  '/userinfo': { refuses: 'json', ways: { GET: tellUser, POST: tellUser } },
};
