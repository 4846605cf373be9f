/**
 * What the grammar cannot say: types, arities, features, and where modifiers make sense. {@link
 * io.hmsops.query.check.Queries} is the way from a text to a tree that may be evaluated.
 */
package io.hmsops.query.check;
