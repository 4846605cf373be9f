/**
 * The journal of what happened to alerts, and the notes that people and playbooks leave on them.
 * What an operator reads in the morning.
 */
package io.hmsops.server.timeline;
