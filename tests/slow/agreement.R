# agreement.R DATA FIGURES MEANS: does R say the same, to 6 digits? Prints each figure that
# differs and exits with 1 when one does.
args <- commandArgs(trailingOnly = TRUE)
x <- scan(args[1], quiet = TRUE)
ours <- read.table(args[2], stringsAsFactors = FALSE)
ours <- setNames(ours[[2]], ours[[1]])
means <- scan(args[3], quiet = TRUE)
n <- length(x)
a <- x[seq_len(n %/% 2)]
b <- x[(n %/% 2 + 1):n]

theirs <- c()
t <- t.test(x)
theirs[c("t.p", "t.low", "t.high", "t.df")] <- c(t$p.value, t$conf.int, t$parameter)
w <- t.test(b, a)
theirs[c("welch.p", "welch.low", "welch.high", "welch.df")] <- c(w$p.value, w$conf.int, w$parameter)

is_exact <- ours["wilcoxon.exact"] == 1
r <- suppressWarnings(wilcox.test(x, conf.int = TRUE))
theirs[c("wilcoxon.v", "wilcoxon.p")] <- c(r$statistic, r$p.value)
# without the exact law R finds the shift by root search, not as the median that it is
walsh <- outer(x, x, "+") / 2
theirs["wilcoxon.shift"] <- median(walsh[upper.tri(walsh, diag = TRUE)])
if (is_exact) theirs[c("wilcoxon.low", "wilcoxon.high")] <- r$conf.int

suppressWarnings(library(boot))
resampled <- boot(x, function(d, i) mean(d[i]), R = length(means))
resampled$t <- matrix(means)
ci <- boot.ci(resampled, type = "bca", L = x - mean(x))$bca
theirs[c("bca.low", "bca.high")] <- ci[4:5]

p <- sapply(2:(n - 1), function(i) t.test(x[1:i])$p.value)
theirs[paste0("holm.", 2:(n - 1))] <- p.adjust(p, "holm")
theirs["acf"] <- acf(x, plot = FALSE)$acf[2]
theirs["power"] <- power.t.test(n = n, delta = 0.01, sd = sd(x), type = "paired", strict = TRUE)$power
theirs["detectable"] <- power.t.test(n = n, power = 0.8, sd = sd(x), type = "paired", strict = TRUE,
                                     tol = 1e-12)$delta

differ <- names(theirs)[!(abs(ours[names(theirs)] - theirs) <= 1e-6 * abs(theirs) + 1e-12)]
for (name in differ) cat(sprintf("%s: ours %.9g, R's %.9g\n", name, ours[name], theirs[name]))
cat(sprintf("%d figures of %d values, %d differ\n", length(theirs), n, length(differ)))
quit(status = length(differ) > 0)
