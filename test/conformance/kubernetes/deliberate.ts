/** Recorded requests that are answered otherwise on purpose, or whose answer is about another cluster, and why. */
export const deliberate: Readonly<Record<string, string>> = {
  'auth/ssar-nonresource': 'Two bindings allow it; which one is named first is chance there.',
  'crd/cr-before-established':
    'A kind is served as soon as its definition is; the real server needs seconds.',
  'crd/cr-wrong-version': 'No warning about fields of a version that the path does not mean.',
  'crd/cr-protobuf-accept': 'Failures are told in JSON to whoever takes nothing that is served.',
  'crd/crd-openapi-v3':
    'The document of a kind goes with its definition; the real server serves it some seconds more.',
  'crud/cm-get-protobuf':
    'Answers are JSON and YAML; protocol buffers are taken in requests, not given in answers.',
  'crud/cm-method-unknown': 'A method that HTTP does not know is refused by the parser, with 400.',
  'lifecycle/hpa-create': 'A warning says that nothing acts on it yet.',
  'discovery/version': 'The version has ours in its build metadata, and no Go compiler.',
  'discovery/version-anonymous': 'The version has ours in its build metadata, and no Go compiler.',
  'discovery/root-paths': 'Groups and health checks that are not served are not listed.',
  'discovery/apis-legacy': 'Not served: resource.',
  'discovery/apis-aggregated':
    'The groups that are not served, as above; those of KServe and others are built in.',
  'discovery/apis-aggregated-if-none-match-unquoted': 'The groups that are not served, as above.',
  'discovery/openapi-v2-head': 'OpenAPI v2 has no paths: clients take v3.',
  'discovery/openapi-v2-protobuf-accept': 'In protocol buffers OpenAPI v2 has no kinds: clients take v3.',
  'discovery/openapi-v3-index':
    'Documents of groups that are not served, and those without a version, are not listed.',
  'discovery/probe-readyz-verbose': 'Health is made of other parts.',
  'discovery/probe-metrics-slis': 'Kubernetes’ own metrics of health checks are not served.',
  'errors/410-not-with-watch-cache':
    'History is one: what is forgotten is 410 for every kind, where the real server has snapshots for some.',
  'list-watch/watch-too-old':
    'History is one: what is forgotten is 410, where the real server’s cache reached further back.',
  'patch/merge-patch-type-error':
    'The message quotes the whole object, in which controllers had written other conditions.',
  'patch/status-patch':
    'The real server owns times that nobody has written: in its structs they are there, as null.',
  'patch/status-patch-spec-ignored': 'As patch/status-patch: owners of times that nobody has written.',
  'patch/status-get': 'Controllers were elsewhere with their status at that moment.',
  'table/nodes': 'The nodes of the recording were other nodes.',
  'table/events': 'The events of the recording were other events.',
  'table/leases': 'The API server holds no lease of its own: there is one.',
  'table/crds': 'An empty table has an empty list of rows, of every kind; there it is null for this one.',
};
