/** Puts the parts together: the command line, the life of the process. */
package io.hmsops.server.app;
