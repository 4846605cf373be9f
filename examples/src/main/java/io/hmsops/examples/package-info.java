/** Small programs that embed the library. */
package io.hmsops.examples;
