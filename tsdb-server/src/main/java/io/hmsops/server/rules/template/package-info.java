/**
 * The template language of rule labels and annotations: Go's text templates with Prometheus'
 * functions, as far as {@code docs/operating/alerting.md} lists them. Parsed once when a rule file
 * is loaded, expanded at each evaluation.
 */
package io.hmsops.server.rules.template;
