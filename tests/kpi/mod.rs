mod offline_counts;
mod rates;
mod satisfaction;
