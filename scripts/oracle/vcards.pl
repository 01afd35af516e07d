# usage: perl vcards.pl FILE.vcf…    what Text::vCard (Debian: libtext-vcard-perl) reads in vCard files: [UID, version, name, addresses] of each card, as JSON
use strict;
use warnings;
use Encode;
use JSON::PP;
use Text::vCard::Addressbook;

# It warns of a value with more parts than it expects: that is a mistake but in the photograph of version 4, a URI with a semicolon of its own.
my $allowed = 0;
local $SIG{__WARN__} = sub { die @_ unless $_[0] =~ /^Data value had 2 elements/ && $allowed-- > 0 };

my %found;
for my $path (@ARGV) {
    open my $in, '<:raw', $path or die "$path: $!";
    my $text = do { local $/; decode('UTF-8', <$in>, Encode::FB_CROAK) };
    $allowed = () = $text =~ /^PHOTO:data:/mg;
    my $book = Text::vCard::Addressbook->new({ source_text => $text });
    $found{$path} = [
        map { my $card = $_; [$card->uid, $card->version, $card->fullname, [sort map { $_->value } grep { defined } $card->get({ node_type => 'email' })]] }
            $book->vcards
    ];
}
print JSON::PP->new->utf8->canonical->encode(\%found);
