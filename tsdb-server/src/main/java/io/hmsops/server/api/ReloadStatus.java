package io.hmsops.server.api;

/**
 * How the last reading of the configuration went.
 *
 * @param succeeded whether it worked
 * @param lastSuccessMs when it last worked, in milliseconds since the Unix epoch, 0 for never
 */
public record ReloadStatus(boolean succeeded, long lastSuccessMs) {}
