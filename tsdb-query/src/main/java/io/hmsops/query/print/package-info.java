/**
 * From tree to text: the canonical form on one line, and the form on several lines for people. What
 * is printed reads back as the same tree.
 */
package io.hmsops.query.print;
