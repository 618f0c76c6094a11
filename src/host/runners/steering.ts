/**
 * Variables by which a program of this machine can be made to run other code, or to write elsewhere: they are read by the loader, the
 * shell, Node.js and libraries, and by Davit for what no pod decides.
 */
const moving =
  /^(PATH|HOME|ENV|IFS|PS[0-4]|CDPATH|SHELLOPTS|BASHOPTS|BASH_.*|LD_.*|DYLD_.*|GLIBC_.*|MALLOC_.*|GCONV_PATH|LOCPATH|NLSPATH|OPENSSL_.*|UV_.*|V8_.*|NODE_.*|NAPI_RS_.*|.*_PREBUILD|DAVIT_(CACHE|SIDECARS|TERMINATION_LOG|DATA_DIR|PORTS))$/;

/** Of those of Node.js, what only says whom it trusts, and what pods are usually told. */
const harmless = /^NODE_(EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|USE_ENV_PROXY|NO_WARNINGS|ENV|NAME|IP)$/;

/** Variables that tell of a Service, whatever that is called. */
const ofServices = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

/**
 * The names in a container's environment that a program of Davit's is not given when it plays that container: it would be led by whoever
 * made the pod, who may not run programs here. Pure.
 */
export function steering(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(environment).filter(
    name => moving.test(name) && !harmless.test(name) && !ofServices.test(name),
  );
}
