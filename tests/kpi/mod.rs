mod offline_counts;
mod rates;
