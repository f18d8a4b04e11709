#!/usr/bin/env bats
# Preparer, reviewer, approver: several signatures over one sealed content, and what the reader may believe of each.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run -q -o "$db" -- sleep 0.1
	"$JOULECART" run -q -o "$db" -- sleep 0.1
	for who in lab jane joe mallory; do
		"$JOULECART" sign --new-key "$who.key" >"$who.public"
	done
	printf '%s the lab\n%s Jane\n' "$(key lab)" "$(key jane)" >known
	"$JOULECART" sign --key-file lab.key "$db"
}

key() { # WHO
	sed 's/.* //' "$BATS_FILE_TMPDIR/$1.public"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" "$BATS_FILE_TMPDIR"/*.key "$BATS_FILE_TMPDIR/known" .
}

# Prints a sed script that changes the first digit of a field: to 1 where it is 0, to 0 where it is not. One that
# writes a fixed digit would change nothing in one signature of sixteen.
other_digit() { # FIELD
	printf 's/"%s":"0/"%s":"1/;t;s/"%s":"./"%s":"0/' "$1" "$1" "$1" "$1"
}

sign_as() { # ROLE NAME KEY [OPTION]...
	joulecart sign --role "$1" --name "$2" --key-file "$3.key" "${@:4}" "$db"
}

@test "three people sign one content, each in a role, and verify says who with which key" {
	cp "$db" before
	sign_as preparer 'Joe Bloggs' joe
	sign_as reviewer 'The Lab' lab --comment 'recomputed 60 records'
	sign_as approver 'Jane Doe' jane
	cmp "$db" before
	run -0 joulecart verify --trust known "$db"
	has "$output" "role +preparer with an unknown key \($(key joe)\), signing as 'Joe Bloggs'"
	has "$output" "role +reviewer The Lab, with the key of the lab \($(key lab)\).*by the signer's clock.*: 'recomputed 60 records'"
	has "$output" "role +approver Jane Doe, with the key of Jane \($(key jane)\)"
	joulecart verify --json --trust known "$db" >out
	is "$(jq -c '[.signatures[] | [.role, .state, .known_as]]' out)" \
		'[["preparer","holds",null],["reviewer","holds","the lab"],["approver","holds","Jane"]]'
}

@test "reports say who signed, and whether the reader knows the key" {
	sign_as preparer 'Joe <b>Bloggs' joe
	sign_as approver 'Jane Doe' jane --comment 'as sold'
	for format in text markdown; do
		joulecart report --trust known --format "$format" "$db" | tr -d '\\' >out
		has "$(cat out)" "preparer with an unknown key .*signing as 'Joe .*Bloggs'"
		has "$(cat out)" "approver Jane Doe, with the key of Jane .*'as sold'"
	done
	is "$(joulecart report --trust known --format json "$db" | jq -r '.signatures[1].known_as')" Jane
	joulecart report --trust known -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" 'Preparer</dt>.*with an unknown key .*signing as “Joe &lt;b&gt;Bloggs”'
	has "$(cat audit.html)" 'Approver</dt>.*Jane Doe, with the key of Jane'
	joulecart report --language zh --force -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" '批准人</dt>.*使用未知密钥（.*署名“Jane Doe”'
	sqlite3 "$db" "UPDATE trial SET queries = 7 WHERE trial_id = 2"
	run -0 joulecart report --trust known "$db"
	has "$output" 'approver Jane Doe.*signed another content, not this one'
}

@test "a key that the reader does not know is not trust, whatever name it gives" {
	sign_as approver Jane mallory
	run -0 joulecart verify --trust known "$db"
	has "$output" "approver with an unknown key \($(key mallory)\), signing as 'Jane'"
	has_not "$output" 'key of Jane'
	run -3 joulecart verify --trust known --require-role approver "$db"
	has "$output" 'nobody on the list of trusted keys signed it as approver'
	sign_as approver 'Jane Doe' jane
	joulecart verify --trust known --require-role approver "$db"
	run -3 joulecart verify --trust known --require-role reviewer "$db"
	run -2 joulecart verify --require-role approver "$db"
	has "$output" '--trust'
}

@test "no name says anything of the key that signs under it" {
	sign_as approver "Jane Doe, with the key of Jane ($(key jane))" mallory
	sign_as reviewer "The Lab, with the key of the lab ($(key lab))" mallory
	sed -i "2{$(other_digit signature)}" "$db.signatures"
	for format in text markdown; do
		joulecart report --trust known --format "$format" "$db" | tr -s ' \n\\' ' ' >out
		has "$(cat out)" "approver with an unknown key \($(key mallory)\)"
		has "$(cat out)" "reviewer: not signed, .*its key \($(key mallory)\)"
		has_not "$(cat out)" 'approver Jane|reviewer The'
	done
	joulecart report --trust known -o audit.html "$db" >/dev/null
	has_not "$(cat audit.html)" '(Approver|Reviewer)</dt>[^A-Za-z]*<dd>(Jane|The)'
}

@test "a row that changes after the approver signed is found and named" {
	sign_as approver 'Jane Doe' jane
	sqlite3 "$db" "UPDATE trial SET queries = 7 WHERE trial_id = 2"
	run -3 joulecart verify --trust known "$db"
	has "$output" 'trial_id 2'
	run -1 sign_as reviewer Joe joe
	has "$output" 'its seal is broken: .*trial_id 2'
}

@test "an approver's signature over another content is refused" {
	sign_as approver 'Jane Doe' jane
	sqlite3 "$db" "UPDATE trial SET queries = 7 WHERE trial_id = 2"
	joulecart sign --key-file lab.key "$db"
	run -3 joulecart verify --trust known "$db"
	has "$output" 'signature of Jane Doe, approver, is over another content'
	sign_as approver 'Jane Doe' joe
	run -3 joulecart verify --trust known "$db"
	sign_as approver 'Jane Doe' jane
	run -0 joulecart verify --trust known --require-role approver "$db"
	has "$output" 'signed another content, not this one, and this one since'
	# a file of signatures that was carried over from another database
	joulecart run -q -o other.db -- true
	joulecart sign other.db
	cp "$db.signatures" other.db.signatures
	run -3 joulecart verify other.db
	has "$output" 'over another content'
}

@test "each byte of what was signed is covered" {
	sign_as approver 'Jane Doe' jane --comment fine
	cp "$db.signatures" whole
	while read -r change; do
		sed "$change" whole >"$db.signatures"
		run ! cmp -s whole "$db.signatures"
		run -3 joulecart verify --trust known "$db"
		has "$output" 'Jane|John|no signature|reviewer'
	done <<-EOF
	s/approver/reviewer/
	s/Jane/John/
	s/fine/poor/
	s/"made_utc_ns":1/"made_utc_ns":2/
	s/"head":"./"head":"x/
	$(other_digit signature)
	$(other_digit public_key)
	s/^{/{{/
	s/"role":"approver"/"role":"owner"/
	EOF
}

@test "what is not sealed is not signed in a role, nor a name that nobody could read" {
	rm -f "$db"
	joulecart run -q -o "$db" -- true
	run -1 sign_as approver Jane jane
	has "$output" 'not sealed \(seal it first'
	joulecart sign "$db"
	run -2 sign_as approver $'Jane\e[2J' jane
	has "$output" 'cannot be shown'
	run -2 sign_as approver '' jane
	has "$output" 'the name is empty'
	run -2 joulecart sign --role approver --name Jane "$db"
	has "$output" '--key-file'
	run -2 joulecart sign --name Jane "$db"
	run -2 joulecart sign --role owner --name Jane --key-file jane.key "$db"
	[ ! -e "$db.signatures" ]
}

@test "a file of signatures that somebody else wrote stays data" {
	sign_as approver Jane jane >said
	cp "$db.signatures" whole
	stamp=$(sed -n 's/^sha256 *\([0-9a-f]*\).*/{"schema":"joulecart-timestamp-1","of_signature_sha256":"\1","token":"eA=="}/p' said)
	has "$stamp" eA
	for line in '' '{}' '[]' '{"schema":"joulecart-signature-1"}' \
		'{"schema":"joulecart-timestamp-1","of_signature_sha256":"00","token":"x"}' \
		"$(sed 's/Jane/\\u001b[2J/' whole)" "$(sed 's/"Jane"/""/' whole)" "$stamp" "$(head -c 3000 /dev/zero | tr '\0' '[')"; do
		{
			cat whole
			printf '%s\n' "$line"
		} >"$db.signatures"
		run -3 joulecart verify "$db"
		has "$output" 'line 2 of the file of signatures is no signature'
	done
	rm "$db.signatures"
	mkfifo "$db.signatures"
	run -1 joulecart verify "$db"
	run -1 timeout 20 "$JOULECART" sign --role approver --name Jane --key-file jane.key "$db"
	has "$output" 'no regular file'
	rm "$db.signatures"
	ln -s /dev/zero "$db.signatures"
	run -1 joulecart verify "$db"
	run -1 sign_as approver Jane jane
}

@test "a file of signatures that an editor left without its last line feed is added to" {
	sign_as approver Jane jane
	printf %s "$(cat "$db.signatures")" >shorter
	mv shorter "$db.signatures"
	sign_as reviewer 'The Lab' lab
	run -0 joulecart verify --trust known --require-role approver "$db"
	has "$output" 'reviewer The Lab'
	is "$(wc -l <"$db.signatures")" 2
}

@test "signatures are the same ones through a link" {
	sign_as preparer 'The Lab' lab
	mkdir links
	ln -s "../$db" links/link.db
	run -0 joulecart verify --trust known links/link.db
	has "$output" "role +preparer The Lab, with the key of the lab"
	joulecart sign --role approver --name 'Jane Doe' --key-file jane.key links/link.db
	run -0 joulecart verify --trust known "$db"
	has "$output" "role +approver Jane Doe, with the key of Jane"
}

@test "a full disk leaves the file of signatures as it was" {
	sign_as approver Jane jane
	cp "$db.signatures" whole
	run -1 env LD_PRELOAD= bash -c "ulimit -f 0; trap '' XFSZ; exec '$JOULECART' sign --role reviewer --name Joe \
		--key-file joe.key '$db'"
	cmp "$db.signatures" whole
}

# An authority of its own, as RFC 3161 has it.
make_authority() {
	cat >ca.conf <<-'EOF'
	[req]
	distinguished_name = name
	[name]
	[ca]
	basicConstraints = critical, CA:true
	[tsa]
	extendedKeyUsage = critical, timeStamping
	[ts]
	default_tsa = stamp
	[stamp]
	serial = serial
	default_policy = 1.2.3.4
	digests = sha256
	signer_digest = sha256
	EOF
	echo 01 >serial
	openssl req -x509 -newkey rsa:2048 -nodes -config ca.conf -extensions ca -subj '/CN=Root' -days 2 \
		-keyout root.pem -out root.crt 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -config ca.conf -subj '/CN=Stamp' -keyout tsa.pem -out tsa.csr 2>/dev/null
	openssl x509 -req -in tsa.csr -CA root.crt -CAkey root.pem -CAcreateserial -days 2 -extfile ca.conf \
		-extensions tsa -out tsa.crt 2>/dev/null
}

@test "a time stamp is attached to the signature that it is of, and openssl checks it" {
	need openssl openssl
	sign_as preparer Joe joe
	sign_as approver 'Jane Doe' jane >said
	digest=$(sed -n 's/^sha256 *\([0-9a-f]*\).*/\1/p' said)
	make_authority
	openssl ts -query -digest "$digest" -sha256 -cert -out query.tsq
	openssl ts -reply -config ca.conf -section stamp -queryfile query.tsq -signer tsa.crt -inkey tsa.pem \
		-out reply.tsr 2>/dev/null
	run -0 joulecart sign --timestamp-token reply.tsr "$db"
	has "$output" 'with the signature of Jane Doe, approver'
	run -0 joulecart verify --trust known "$db"
	has "$output" 'approver Jane Doe.*time stamp is attached, which openssl ts checks'
	# as the man page says
	joulecart verify --json "$db" |
		jq -r '.signatures[] | select(.role == "approver").timestamp_token' | base64 -d >token.tsr
	jq -r 'select(.role == "approver") | .signature' "$db.signatures" | tr a-f A-F | basenc --base16 -d >signature
	openssl ts -verify -data signature -in token.tsr -CAfile root.crt
	is "$(joulecart verify --json "$db" | jq -r '.signatures[1].timestamp_token' | base64 -d | sha256sum)" \
		"$(sha256sum <reply.tsr)"
	# one of something else
	openssl ts -query -data ca.conf -sha256 -cert -out query.tsq
	openssl ts -reply -config ca.conf -section stamp -queryfile query.tsq -signer tsa.crt -inkey tsa.pem \
		-out other.tsr 2>/dev/null
	run -1 joulecart sign --timestamp-token other.tsr "$db"
	has "$output" 'over none of the signatures'
}
