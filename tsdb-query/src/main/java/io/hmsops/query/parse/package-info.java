/** From text to tree: the only package that knows ANTLR. */
package io.hmsops.query.parse;
