/** Closed sets of the public API. */

/** What a port speaks. */
export enum Protocol {
  /** HTTP/1.1. */
  HTTP = 'http',
  /** HTTP/2 without TLS negotiation. */
  HTTP2 = 'http2',
  /** gRPC over HTTP/2. */
  GRPC = 'grpc',
  /** Bytes; no routing by request. */
  TCP = 'tcp',
  /** The caller's own TLS: proxies read the server name (SNI) of the handshake and pass the bytes on. Of hosts outside of the mesh (`ExternalService`). */
  TLS = 'tls',
}

/** An HTTP method that a route can ask for. */
export enum HttpMethod {
  CONNECT = 'CONNECT',
  DELETE = 'DELETE',
  GET = 'GET',
  HEAD = 'HEAD',
  OPTIONS = 'OPTIONS',
  PATCH = 'PATCH',
  POST = 'POST',
  PUT = 'PUT',
  TRACE = 'TRACE',
}

/** A kind of failure that a request is tried again for. */
export enum RetryOn {
  /** Status 500 to 508, 510 and 511. */
  SERVER_ERROR = 'server-error',
  /** Status 502, 503 and 504. */
  GATEWAY_ERROR = 'gateway-error',
  /** Status 409. */
  CLIENT_ERROR = 'client-error',
  /** The stream was refused before anything was done. */
  STREAM_ERROR = 'stream-error',
  /** The connection could not be made. */
  CONNECTION_ERROR = 'connection-error',
  /** gRPC status CANCELLED. */
  GRPC_CANCELLED = 'cancelled',
  /** gRPC status DEADLINE_EXCEEDED. */
  GRPC_DEADLINE_EXCEEDED = 'deadline-exceeded',
  /** gRPC status INTERNAL. */
  GRPC_INTERNAL = 'internal',
  /** gRPC status RESOURCE_EXHAUSTED. */
  GRPC_RESOURCE_EXHAUSTED = 'resource-exhausted',
  /** gRPC status UNAVAILABLE. */
  GRPC_UNAVAILABLE = 'unavailable',
}

/** Whether a service reaches only what it declares. */
export enum Egress {
  /** A service reaches only the services its `calls` name. */
  DECLARED_ONLY = 'declared-only',
  /** A service reaches any address. */
  ANY = 'any',
}
