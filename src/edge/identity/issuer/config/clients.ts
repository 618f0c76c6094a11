import type { Client } from '../contract.ts';
import { type Fields, invalid } from './fields.ts';

const known = [
  'id',
  'idEnv',
  'secret',
  'secretEnv',
  'redirectURIs',
  'name',
  'public',
  'trustedPeers',
  'logoURL',
  'allowedConnectors',
];

/** @throws `issuer-config-invalid` */
export function readClient(fields: Fields, env: NodeJS.ProcessEnv): Client {
  fields.only(known);
  const id = readEither(fields, 'id', env);
  if (id === undefined) throw invalid(fields.path('id'), undefined, 'the id of the client');
  const isPublic = fields.flag('public') ?? false;
  const secret = readEither(fields, 'secret', env);
  if (secret === undefined && !isPublic) {
    throw invalid(
      fields.path('secret'),
      undefined,
      `a secret, or public: true, for the client ${JSON.stringify(id)}`,
    );
  }
  const redirectUris = fields.texts('redirectURIs');
  redirectUris.forEach((uri, at) => checkRedirect(uri, `${fields.path('redirectURIs')}[${at}]`));
  if (redirectUris.length === 0 && !isPublic) {
    throw invalid(
      fields.path('redirectURIs'),
      undefined,
      'where logins of the client lead, at least one address',
    );
  }
  return { id, name: fields.text('name') ?? id, secret, redirectUris, isPublic };
}

/** A field, or the variable of the environment that its `…Env` names. */
function readEither(fields: Fields, name: string, env: NodeJS.ProcessEnv): string | undefined {
  const variable = fields.text(`${name}Env`);
  if (variable !== undefined && fields.has(name)) {
    throw invalid(fields.path(`${name}Env`), variable, `either ${name} or ${name}Env`);
  }
  const value = variable === undefined ? fields.text(name) : env[variable];
  if (variable !== undefined && (value ?? '') === '') {
    throw invalid(fields.path(`${name}Env`), variable, 'an environment variable that is set');
  }
  return value === '' ? undefined : value;
}

/** An absolute address without a fragment, or a path of whatever host people come by, as Kubeflow has it. */
function checkRedirect(uri: string, at: string): void {
  const isPath = /^\/(?![/\\])[\x21-\x7e]*$/.test(uri);
  const isAbsolute = /^[a-z][a-z\d+.-]*:[\x21-\x7e]+$/i.test(uri) && URL.canParse(uri);
  const isScript = /^(javascript|data|vbscript|blob|file):/i.test(uri);
  if ((isPath || isAbsolute) && !isScript && !uri.includes('#')) return;
  throw invalid(at, uri, 'an address without a fragment, or a path that begins with one slash');
}
