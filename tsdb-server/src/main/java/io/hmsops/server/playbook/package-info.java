/**
 * Runs playbooks: users' own scripts, from one directory, as processes without a shell. Each gets
 * one alert as JSON on its standard input, and is bounded in time, output, number and frequency.
 */
package io.hmsops.server.playbook;
