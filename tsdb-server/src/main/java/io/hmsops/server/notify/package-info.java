/**
 * Delivers alerts: the routes and receivers of {@code alertmanager.yml}, grouping, timers,
 * de-duplication, and webhooks. Behaves as Alertmanager where it is implemented; the rest is
 * refused when the file is read.
 */
package io.hmsops.server.notify;
