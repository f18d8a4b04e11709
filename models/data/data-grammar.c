/* models/data/data-grammar.c - see data-grammar.h. */
#include <config.h>

#include "models/data/data-grammar.h"

#include <stdio.h>

const struct frame grammar_category_frames[N_CATEGORY_FRAMES] = {
	{ "I need {c}", ENGLISH, BY_WORDS },
	{ "looking for {c}", ENGLISH, BY_WORDS },
	{ "show me {c}", ENGLISH, BY_WORDS },
	{ "any good {c}", ENGLISH, BY_WORDS },
	{ "recommend {c}", ENGLISH, BY_WORDS },
	{ "want to buy {c}", ENGLISH, BY_WORDS },
	{ "{c} for daily use", ENGLISH, BY_WORDS },
	{ "which {c} should I get", ENGLISH, BY_WORDS },
	{ "do you sell {c}", ENGLISH, BY_WORDS },
	{ "help me pick {c}", ENGLISH, BY_WORDS },
	{ "{c} as a gift", ENGLISH, BY_WORDS },
	{ "{c} for travel", ENGLISH, BY_WORDS },
	{ "ran out of {c}", ENGLISH, BY_WORDS },
	{ "not {d} but {c}", ENGLISH, BY_WORDS },
	{ "{c} instead of {d}", ENGLISH, BY_WORDS },
	{ "no more {d} now {c}", ENGLISH, BY_WORDS },
	{ "I have {d} already so {c}", ENGLISH, BY_WORDS },
	{ "switch from {d} to {c}", ENGLISH, BY_WORDS },
	{ "{c} to go with my {d}", ENGLISH, BY_WORDS },
	{ "tired of {d} give me {c}", ENGLISH, BY_WORDS },
	{ "same product as last time", ENGLISH, BY_PAST_CATEGORY },
	{ "restock my usual", ENGLISH, BY_PAST_CATEGORY },
	{ "想买{c}", CHINESE, BY_WORDS },
	{ "求推荐{c}", CHINESE, BY_WORDS },
	{ "有没有{c}", CHINESE, BY_WORDS },
	{ "帮我挑{c}", CHINESE, BY_WORDS },
	{ "{c}哪个好", CHINESE, BY_WORDS },
	{ "最近在看{c}", CHINESE, BY_WORDS },
	{ "给我来个{c}", CHINESE, BY_WORDS },
	{ "日常用的{c}", CHINESE, BY_WORDS },
	{ "旅行装{c}", CHINESE, BY_WORDS },
	{ "送人的{c}", CHINESE, BY_WORDS },
	{ "{c}用完了", CHINESE, BY_WORDS },
	{ "还缺{c}", CHINESE, BY_WORDS },
	{ "不要{d}要{c}", CHINESE, BY_WORDS },
	{ "{d}换成{c}", CHINESE, BY_WORDS },
	{ "要{c}不是{d}", CHINESE, BY_WORDS },
	{ "有{d}了再买{c}", CHINESE, BY_WORDS },
	{ "不想用{d}试试{c}", CHINESE, BY_WORDS },
	{ "搭配{d}的{c}", CHINESE, BY_WORDS },
	{ "{c}代替{d}", CHINESE, BY_WORDS },
	{ "先不看{d}看{c}", CHINESE, BY_WORDS },
	{ "回购上次那个", CHINESE, BY_PAST_CATEGORY },
	{ "老样子再来一份", CHINESE, BY_PAST_CATEGORY },
};

const struct frame grammar_facet_frames[N_FACET_FRAMES] = {
	{ "{f}", ENGLISH, BY_WORDS },
	{ "something {f}", ENGLISH, BY_WORDS },
	{ "that is {f}", ENGLISH, BY_WORDS },
	{ "must be {f}", ENGLISH, BY_WORDS },
	{ "{f} please", ENGLISH, BY_WORDS },
	{ "I care about {f}", ENGLISH, BY_WORDS },
	{ "more {f} than {b}", ENGLISH, BY_WORDS },
	{ "{f} rather than {b}", ENGLISH, BY_WORDS },
	{ "not {b} just {f}", ENGLISH, BY_WORDS },
	{ "forget {b} think {f}", ENGLISH, BY_WORDS },
	{ "less {b} more {f}", ENGLISH, BY_WORDS },
	{ "for my skin", ENGLISH, BY_SKIN },
	{ "for my concern", ENGLISH, BY_CONCERN },
	{ "you know my problem", ENGLISH, BY_CONCERN },
	{ "same effect as before", ENGLISH, BY_PAST_FACET },
	{ "works like my last one", ENGLISH, BY_PAST_FACET },
	{ "whatever fits me", ENGLISH, BY_BUDGET },
	{ "{f}的", CHINESE, BY_WORDS },
	{ "主打{f}", CHINESE, BY_WORDS },
	{ "{f}一点", CHINESE, BY_WORDS },
	{ "最好{f}", CHINESE, BY_WORDS },
	{ "{f}效果好", CHINESE, BY_WORDS },
	{ "一定要{f}", CHINESE, BY_WORDS },
	{ "比{b}更{f}", CHINESE, BY_WORDS },
	{ "不求{b}只求{f}", CHINESE, BY_WORDS },
	{ "要{f}不要{b}", CHINESE, BY_WORDS },
	{ "{b}无所谓{f}重要", CHINESE, BY_WORDS },
	{ "少点{b}多点{f}", CHINESE, BY_WORDS },
	{ "适合我的肤质", CHINESE, BY_SKIN },
	{ "针对我的困扰", CHINESE, BY_CONCERN },
	{ "解决我的老问题", CHINESE, BY_CONCERN },
	{ "功效和上次一样", CHINESE, BY_PAST_FACET },
	{ "效果照旧", CHINESE, BY_PAST_FACET },
	{ "你看着配", CHINESE, BY_BUDGET },
};

const char *const grammar_categories[N_CATEGORIES][N_LANGUAGES][N_SYNONYMS] = {
	{ { "cleanser", "face wash", "cleansing foam", "makeup remover" },
	  { "洗面奶", "洁面", "洁面乳", "卸妆膏" } },
	{ { "toner", "lotion water", "softener", "face mist" },
	  { "爽肤水", "化妆水", "柔肤水", "喷雾" } },
	{ { "serum", "essence", "ampoule", "booster" },
	  { "精华", "精华液", "安瓶", "原液" } },
	{ { "moisturizer", "face cream", "day cream", "night cream" },
	  { "面霜", "乳液", "日霜", "晚霜" } },
	{ { "sunscreen", "sunblock", "SPF cream", "UV gel" },
	  { "防晒霜", "防晒", "防晒乳", "隔离" } },
	{ { "mask", "sheet mask", "clay mask", "sleeping pack" },
	  { "面膜", "泥膜", "睡眠面膜", "贴片" } },
	{ { "eye cream", "eye gel", "eye balm", "eye patch" },
	  { "眼霜", "眼部精华", "眼膜", "眼胶" } },
	{ { "lipstick", "lip tint", "lip gloss", "lip balm" },
	  { "口红", "唇釉", "唇膏", "润唇膏" } },
	{ { "foundation", "cushion", "BB cream", "concealer" },
	  { "粉底液", "气垫", "粉底", "遮瑕" } },
	{ { "shampoo", "hair wash", "scalp wash", "hair soap" },
	  { "洗发水", "洗头膏", "洗发露", "香波" } },
	{ { "body lotion", "body cream", "body butter", "body milk" },
	  { "身体乳", "润肤露", "身体霜", "润体油" } },
	{ { "hand cream", "hand balm", "hand salve", "cuticle cream" },
	  { "护手霜", "手霜", "手膜", "护甲霜" } },
};

const char *const grammar_facets[N_FACETS][N_LANGUAGES][N_SYNONYMS] = {
	{ { "oil-control", "mattifying", "shine free", "sebum control" },
	  { "控油", "清爽", "去油", "哑光" } },
	{ { "hydrating", "moisturizing", "dewy", "water rich" },
	  { "补水", "保湿", "滋润", "水润" } },
	{ { "soothing", "calming", "gentle", "anti redness" },
	  { "舒缓", "温和", "抗敏", "修护" } },
	{ { "brightening", "whitening", "glow", "dark spot fading" },
	  { "美白", "提亮", "淡斑", "亮肤" } },
	{ { "anti-age", "firming", "wrinkle smoothing", "lifting" },
	  { "抗老", "紧致", "抗皱", "淡纹" } },
	{ { "cheap", "budget", "affordable", "good value" },
	  { "平价", "便宜", "划算", "性价比高" } },
};

const char *const grammar_skins[N_SKINS] = { "oily", "dry", "sensitive", "dull", "mature" };
const unsigned char grammar_skin_facet[N_SKINS] = { 0, 1, 2, 3, 4 };
const char *const grammar_concerns[N_CONCERNS] = { "acne", "dehydration", "redness",
						   "spots", "wrinkles" };
const unsigned char grammar_concern_facet[N_CONCERNS] = { 0, 1, 2, 3, 4 };
const char *const grammar_budgets[N_BUDGETS] = { "low", "middle", "high" };

const char *const grammar_prices[N_PRICES][N_LANGUAGES] = { { "low", "入门" },
							    { "mid", "中端" },
							    { "high", "高端" } };
const char *const grammar_price_frames[N_LANGUAGES] = { "%s price", "%s价位" };

const char *const grammar_ingredients[N_INGREDIENTS][N_LANGUAGES] = {
	{ "niacinamide", "烟酰胺" },    { "hyaluronic acid", "玻尿酸" },
	{ "retinol", "视黄醇" },        { "vitamin C", "维C" },
	{ "salicylic acid", "水杨酸" }, { "ceramide", "神经酰胺" },
	{ "centella", "积雪草" },       { "peptide", "胜肽" },
};
const char *const grammar_ingredient_frames[N_LANGUAGES] = { "with %s", "含%s" };
const unsigned char grammar_ingredient_concern[N_INGREDIENTS] = { 3, 1, 4, 3, 0, 2, 2, 4 };
const unsigned char grammar_concern_ingredient[N_CONCERNS] = { 4, 1, 6, 3, 2 };

const char *const grammar_finishes[N_FINISHES][N_LANGUAGES] = { { "velvet", "丝绒" },
								{ "satin", "缎光" },
								{ "natural", "裸感" },
								{ "glossy", "镜面" } };
const char *const grammar_finish_frames[N_LANGUAGES] = { "%s finish", "%s质地" };
const unsigned char grammar_skin_finish[N_SKINS] = { 0, 3, 2, 1, 1 };

const char *const grammar_openers[N_LANGUAGES][N_FILLERS] = {
	{ "hi", "hello there", "please", "quick question", "hey" },
	{ "你好", "亲", "那个", "请问", "在吗" },
};

const char *const grammar_closers[N_LANGUAGES][N_FILLERS] = {
	{ "thanks", "asap", "thank you", "if possible", "ok" },
	{ "谢谢", "哦", "急", "呢", "可以吗" },
};

const char *const grammar_outsiders[N_LANGUAGES][N_OUTSIDERS] = {
	{ "and a phone case", "plus a scented candle", "with free shipping",
	  "my dog ate the last one", "also a yoga mat", "is the store open today",
	  "got a coupon", "saw it on tv" },
	{ "顺便问快递", "再来个手机壳", "包邮吗", "有优惠券吗", "还要猫粮", "昨天下雨了",
	  "朋友说的", "直播间看到" },
};

const char *grammar_brand(unsigned category, unsigned brand, char *name, size_t size)
{
	static const char *const first[] = { "Lu", "Ve", "Ka", "Mi", "So", "Ra",
					     "Ty", "No", "El", "Fi", "Zu", "Ba" };
	static const char *const middle[] = { "mi", "ra",  "lo", "ne",
					      "va", "chi", "do", "sa" };
	static const char *const last[] = { "ra",  "lle", "nix", "ya", "sol",
					    "bel", "tte", "kin", "mor" };
	/* 12 x 24 = 288 names out of 12 x 8 x 9 = 864; 217 is prime to 864. */
	unsigned at = (category * N_BRANDS + brand) * 217 % 864;
	snprintf(name, size, "%s%s%s", first[at % 12], middle[at / 12 % 8], last[at / 96]);
	return name;
}
