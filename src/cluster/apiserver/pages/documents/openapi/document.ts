import type { Kinds } from '../../../../kinds/index.ts';
import type { JsonObject } from '../../../../meta/index.ts';
import { componentsOf } from './components.ts';
import { pathsOf } from './paths.ts';

const kubernetes = { title: 'Kubernetes', version: '1.37' };
const custom = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };
const bearer = {
  BearerToken: {
    type: 'apiKey',
    description: 'Bearer Token authentication',
    name: 'authorization',
    in: 'header',
  },
};

/** The OpenAPI v3 document of a group and version; undefined when nothing serves it. */
export function openapiDocument(kinds: Kinds, group: string, version: string): JsonObject | undefined {
  const members = kinds.all.filter(kind => kind.group === group && kind.version === version);
  if (members.length === 0) return undefined;
  const typed = members.some(kind => kind.manner === 'typed');
  const paths = pathsOf(members, group, version);
  return {
    openapi: '3.0.0',
    info: typed ? kubernetes : custom,
    paths,
    components: {
      schemas: componentsOf(members, paths),
      ...(typed && { securitySchemes: bearer }),
    },
  };
}
