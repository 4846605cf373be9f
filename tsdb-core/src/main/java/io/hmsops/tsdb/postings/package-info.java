/** From label matchers to sets of series, over any index of labels. */
package io.hmsops.tsdb.postings;
