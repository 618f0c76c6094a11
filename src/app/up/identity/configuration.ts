import { readFileSync } from 'node:fs';
import { messageOf } from '../../../base/errors/index.ts';
import { type IssuerFacts, issuerPath } from '../../../edge/identity/index.ts';
import { type Client, type IssuerConfig, readIssuerConfig } from '../../../edge/identity/issuer/index.ts';
import { appErrors } from '../../errors.ts';

/** The settings of `davit up` that are about who is who. */
export interface IdentitySettings {
  readonly dexConfig: string | undefined;
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  readonly oidcClientSecretFile: string | undefined;
  readonly oidcProgramClientId: string | undefined;
  readonly oidcUserClaim: string;
  readonly oidcGroupsClaim: string;
  /** Milliseconds after which a session ends that nobody uses. */
  readonly sessionIdle: number;
}

/** As Kubeflow has them: the client, where logins lead back to, and what is asked of the issuer. */
const gatewayClient = 'kubeflow-oidc-authservice';
const redirectUris = ['/login/oidc', '/authservice/oidc/callback', '/oauth2/callback'];
const scopes = ['profile', 'email', 'groups', 'openid'];

/** What programs of a machine log in as, such as `davit login`. */
const programClient = 'davit-cli';

export function programClientOf({ oidcProgramClientId }: IdentitySettings): string {
  return oidcProgramClientId ?? programClient;
}

/** The issuer of this process. */
export interface OwnIssuer {
  readonly kind: 'own';
  readonly config: IssuerConfig;
  readonly facts: Omit<IssuerFacts, 'inside'>;
}

/** An issuer that is somebody else's. */
export interface OtherIssuer {
  readonly kind: 'other';
  readonly facts: IssuerFacts;
}

/**
 * Who issues ID tokens, by what the settings say.
 * @param gatewayUrl how people reach the gateway, without a slash at its end
 * @param secret of the gateway's client where no file says another
 * @throws `identity-settings`, `issuer-config-invalid`.
 */
export function issuerOf(
  settings: IdentitySettings,
  gatewayUrl: string,
  secret: string,
  env: Readonly<Record<string, string | undefined>>,
): OwnIssuer | OtherIssuer {
  if (settings.oidcIssuer !== undefined) return { kind: 'other', facts: otherFacts(settings) };
  if (settings.oidcClientId !== undefined || settings.oidcClientSecretFile !== undefined) {
    throw wrong(
      '--oidc-client-id and --oidc-client-secret-file are of an issuer, and --oidc-issuer names none',
    );
  }
  const given = settings.dexConfig === undefined ? undefined : configIn(settings.dexConfig, env);
  const config = withClients(given ?? builtIn(`${gatewayUrl}${issuerPath}`), secret);
  const client = config.clients.find(({ id }) => id === gatewayClient);
  const facts = {
    url: config.issuer,
    clientId: gatewayClient,
    clientSecret: client?.secret ?? '',
    scopes,
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  return { kind: 'own', config, facts };
}

function otherFacts(settings: IdentitySettings): IssuerFacts {
  const { oidcIssuer: url = '', oidcClientId, oidcClientSecretFile, dexConfig } = settings;
  if (dexConfig !== undefined)
    throw wrong('--dex-config is of the built-in issuer, and --oidc-issuer names another');
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw wrong(
      `--oidc-issuer: found ${JSON.stringify(url)}, expected an address such as https://login.example.com`,
    );
  }
  if (oidcClientId === undefined || oidcClientSecretFile === undefined) {
    throw wrong('--oidc-issuer needs --oidc-client-id and --oidc-client-secret-file');
  }
  return {
    url,
    inside: undefined,
    clientId: oidcClientId,
    clientSecret: textOf('--oidc-client-secret-file', oidcClientSecretFile).trim(),
    scopes,
    userClaim: settings.oidcUserClaim,
    groupsClaim: settings.oidcGroupsClaim,
  };
}

function configIn(file: string, env: Readonly<Record<string, string | undefined>>): IssuerConfig {
  const config = readIssuerConfig(textOf('--dex-config', file), env);
  // The gateway leads people there by path, before it knows who they are.
  const { origin, pathname } = new URL(config.issuer);
  if (pathname === issuerPath) return config;
  throw wrong(
    `--dex-config: issuer: found ${JSON.stringify(config.issuer)}, expected ${issuerPath} as its path, such as ${origin}${issuerPath}`,
  );
}

function builtIn(issuer: string): IssuerConfig {
  return {
    issuer,
    clients: [],
    people: [],
    skipApproval: true,
    enforcePkce: false,
    lifetimes: {},
    warnings: [],
  };
}

/** The clients of Davit's own are there, whatever a file says. */
function withClients(config: IssuerConfig, secret: string): IssuerConfig {
  const own: readonly Client[] = [
    { id: gatewayClient, name: 'Davit', secret, redirectUris, isPublic: false },
    { id: programClient, name: 'Davit’s commands', secret: undefined, redirectUris: [], isPublic: true },
  ];
  const missing = own.filter(client => config.clients.every(({ id }) => id !== client.id));
  return { ...config, clients: [...config.clients, ...missing] };
}

function textOf(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw appErrors.make['identity-settings'](`${flag}: ${messageOf(cause)}`, { cause });
  }
}

function wrong(text: string): Error {
  return appErrors.make['identity-settings'](text);
}
