/**
 * The Prometheus HTTP API and the plain pages. An endpoint reads parameters, calls one thing and
 * returns an {@link io.hmsops.server.api.Answer}; envelope, status and encoding are in {@link
 * io.hmsops.server.api.ApiHandler}, error kinds in {@link io.hmsops.server.api.ErrorKind}. {@link
 * io.hmsops.server.api.ApiRoutes} puts them all on a router.
 */
package io.hmsops.server.api;
