#!/bin/sh
# How the files here were made, for tests alone: an authority, a node's certificate for 127.0.0.1, and keys in each form that servers
# are given. Their passwords are 'secret'. A stranger is of no authority but its own.
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=authority \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout authority.key -out authority.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=stranger \
    -addext subjectAltName=IP:127.0.0.1 -keyout stranger.key -out stranger.pem
issue() { # file, kind of key
    openssl req -newkey $2 -nodes -subj /CN=$1 -keyout $1.key -out $1.csr
    printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n' > $1.ext
    openssl x509 -req -in $1.csr -CA authority.pem -CAkey authority.key -set_serial 0x$(openssl rand -hex 8) \
        -days 36500 -extfile $1.ext -out $1.pem
    rm $1.csr $1.ext
}
issue ec "ec -pkeyopt ec_paramgen_curve:P-256"
issue rsa rsa:2048
openssl ec -in ec.key -out ec-sec1.key
openssl rsa -in rsa.key -traditional -out rsa-pkcs1.key
openssl pkcs8 -topk8 -in rsa.key -passout pass:secret -out rsa-encrypted.key
openssl rsa -in rsa.key -traditional -aes256 -passout pass:secret -out rsa-pkcs1-encrypted.key
rm authority.key
