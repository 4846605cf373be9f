/**
 * The HTTP/1.1 server. Netty event loops decode and encode and never wait; a {@link
 * io.hmsops.server.http.Handler} is plain blocking code that runs on a virtual thread, admitted by
 * a bounded queue. No Netty type leaves this package.
 */
package io.hmsops.server.http;
