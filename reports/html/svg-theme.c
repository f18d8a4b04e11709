/* reports/html/svg-theme.c - see svg-theme.h. */
#include <config.h>

#include "reports/html/svg-theme.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[INK_END] = {
	[INK_TEXT] = "var(--ink)",         [INK_QUIET] = "var(--quiet)",
	[INK_LINE] = "var(--line)",        [INK_FRONT] = "var(--front)",
	[INK_DOMINATED] = "var(--beaten)", [INK_WARN] = "var(--warn)",
	[INK_TINT] = "var(--tint)",        [INK_PACKAGE] = "var(--package)",
	[INK_DRAM] = "var(--dram)",        [INK_PSU] = "var(--psu)",
	[INK_PUE] = "var(--pue)",          [INK_EMBODIED] = "var(--embodied)",
	[INK_OTHER] = "var(--other)",
};

const char *ink_colour(enum ink ink)
{
	static const char *const colours[INK_END] = {
		NULL,      "#010101", "#020202", "#030303", "#040404", "#050505", "#060606",
		"#070707", "#080808", "#090909", "#0a0a0a", "#0b0b0b", "#0c0c0c", "#0d0d0d",
	};
	return colours[ink];
}

static const xmlChar *xml(const char *text)
{
	return (const xmlChar *)text;
}

static void set(xmlNode *node, const char *name, const char *value)
{
	xmlSetProp(node, xml(name), xml(value));
}

/* gnuplot writes "rgb(  1,   1,   1)", "rgb(1,1,1)" and "#010101"; white, the page. */
static const char *variable_of(const char *value)
{
	unsigned red = 0, green = 0, blue = 0;
	char end;
	if (strcasecmp(value, "#ffffff") == 0)
		return "var(--page)";
	if (strcmp(value, "black") == 0)
		return "var(--ink)";
	if (sscanf(value, "rgb( %u, %u, %u%c", &red, &green, &blue, &end) != 4 &&
	    sscanf(value, "#%2x%2x%2x", &red, &green, &blue) != 3)
		return NULL;
	if (red == 255 && green == 255 && blue == 255)
		return "var(--page)";
	if (red != green || green != blue || red >= INK_END)
		return NULL;
	return variables[red];
}

/* A pattern's lines have their colour last in a style: "fill:none; stroke:rgb(10,10,10)". */
static void theme_style(xmlNode *node, char *value)
{
	char longer[128];
	char *colour = strstr(value, "rgb(");
	const char *variable = colour ? variable_of(colour) : NULL;
	if (!variable)
		return;
	*colour = '\0';
	snprintf(longer, sizeof(longer), "%s%s", value, variable);
	set(node, "style", longer);
}

static void theme_attribute(xmlNode *node, xmlAttr *attribute, const char *prefix)
{
	const char *name = (const char *)attribute->name;
	char *value = (char *)xmlNodeGetContent((xmlNode *)attribute);
	char longer[128];
	const char *variable = variable_of(value);
	if (variable)
		set(node, name, variable);
	if (strcmp(name, "id") == 0) {
		snprintf(longer, sizeof(longer), "%s-%s", prefix, value);
		set(node, "id", longer);
	} else if (strcmp(name, "href") == 0 && value[0] == '#') {
		/* in place: a new one would be met again */
		snprintf(longer, sizeof(longer), "#%s-%s", prefix, value + 1);
		xmlNodeSetContent((xmlNode *)attribute, xml(longer));
	} else if ((strcmp(name, "fill") == 0 || strcmp(name, "stroke") == 0) &&
		   strncmp(value, "url(#", 5) == 0) {
		snprintf(longer, sizeof(longer), "url(#%s-%s", prefix, value + 5);
		set(node, name, longer);
	} else if (strcmp(name, "style") == 0) {
		theme_style(node, value);
	} else if (strcmp(name, "font-family") == 0) {
		xmlRemoveProp(attribute); /* the page's */
	}
	xmlFree(value);
}

static int is_dropped(const xmlNode *node)
{
	if (node->type == XML_COMMENT_NODE)
		return 1;
	if (node->type == XML_TEXT_NODE)
		return xmlIsBlankNode(node);
	if (node->type != XML_ELEMENT_NODE)
		return 0;
	const char *name = (const char *)node->name;
	return strcmp(name, "filter") == 0 || strcmp(name, "title") == 0 ||
	       strcmp(name, "desc") == 0 ||
	       (strcmp(name, "g") == 0 && !xmlFirstElementChild((xmlNode *)node) &&
		xmlNodeIsText(node->children));
}

static void theme_node(xmlNode *node, const char *prefix)
{
	for (xmlAttr *attribute = node->properties, *next; attribute; attribute = next) {
		next = attribute->next;
		theme_attribute(node, attribute, prefix);
	}
	for (xmlNode *child = node->children, *next; child; child = next) {
		next = child->next;
		if (child->type == XML_ELEMENT_NODE)
			theme_node(child, prefix);
		if (is_dropped(child) ||
		    (child->type == XML_ELEMENT_NODE && !child->children &&
		     strcmp((const char *)child->name, "g") == 0)) {
			xmlUnlinkNode(child);
			xmlFreeNode(child);
		}
	}
}

static xmlNode *labelled(xmlNode *root, const char *tag, const char *prefix,
			 const char *text)
{
	char id[128];
	xmlNode *node = xmlNewTextChild(root, root->ns, xml(tag), xml(text));
	snprintf(id, sizeof(id), "%s-%s", prefix, tag);
	set(node, "id", id);
	xmlUnlinkNode(node);
	return node;
}

static void label(xmlNode *root, const char *prefix, const char *title,
		  const char *description)
{
	char ids[256];
	snprintf(ids, sizeof(ids), "%s-title %s-desc", prefix, prefix);
	set(root, "role", "img");
	set(root, "aria-labelledby", ids);
	xmlNode *first = root->children;
	xmlNode *words[] = { labelled(root, "title", prefix, title),
			     labelled(root, "desc", prefix, description) };
	for (size_t i = 0; i < 2; i++)
		if (first)
			xmlAddPrevSibling(first, words[i]);
		else
			xmlAddChild(root, words[i]);
}

char *svg_themed(const char *svg, const char *prefix, const char *title,
		 const char *description)
{
	xmlDoc *document = xmlReadMemory(svg, (int)strlen(svg), "chart.svg", NULL,
					 XML_PARSE_NONET | XML_PARSE_NOERROR |
					     XML_PARSE_NOWARNING);
	xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	if (!root || strcmp((const char *)root->name, "svg") != 0) {
		xmlFreeDoc(document);
		return NULL;
	}
	theme_node(root, prefix);
	label(root, prefix, title, description);
	xmlBuffer *buffer = xmlBufferCreate();
	xmlNodeDump(buffer, document, root, 0, 0);
	char *themed = strdup((const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	xmlFreeDoc(document);
	return themed;
}
