/**
 * Rule files: what they say, whether it is valid, and what is suspicious about it. Reads both the
 * grouped form and a bare rule; a broken file is quarantined and the others load.
 */
package io.hmsops.server.rules;
