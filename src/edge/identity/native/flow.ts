import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { refusalOf, scope, type Tokens, tokensOf } from './issuer.ts';

/** One login under way. */
export interface Flow {
  /** Where somebody shows who he is. */
  readonly address: URL;
  readonly state: string;
  /**
   * Takes what the issuer sends back: checks state, nonce, PKCE and the ID token.
   * @throws `native-refused`, `native-issuer`
   */
  finish(back: URL): Promise<Tokens>;
}

/** Begins a login that leads back to an address of this machine (RFC 8252), with PKCE. */
export async function beginFlow(config: Configuration, redirectUri: string, user?: string): Promise<Flow> {
  const verifier = randomPKCECodeVerifier();
  const state = randomState();
  const nonce = randomNonce();
  const address = buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...(user !== undefined && { login_hint: user }),
  });
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  };
  return {
    address,
    state,
    finish: async back => {
      try {
        return tokensOf(await authorizationCodeGrant(config, back, checks));
      } catch (error) {
        throw refusalOf(error, config);
      }
    },
  };
}
