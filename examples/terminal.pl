#!/usr/bin/perl
# A terminal in Perl, from docs/line-protocol.md alone: it acknowledges, comes back after a dropped
# line, and sends each line that is typed. With --follow it sends what the screen shows behind NEXT.
#
#   wireroom serve golden-state --listen 127.0.0.1:4000     (or: wireroom terminal check)
#   perl examples/terminal.pl 127.0.0.1 4000 BAY2 BPD2 [--follow] [--heartbeat=30]
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($host, $port, $terminal, $operator, @options) = @ARGV;
die "usage: terminal.pl HOST PORT TERMINAL OPERATOR [--follow] [--heartbeat=SECONDS]\n" unless $operator;
my $follow = grep { $_ eq '--follow' } @options;
my ($heartbeat) = map { /^--heartbeat=([\d.]+)$/ ? $1 : () } @options, '--heartbeat=30';
my ($last, $signed_on, $refused, $done, @sent) = (0, 0, 0, 0);    # @sent: since it signed on, in order
$| = 1;

sub put { my ($line, $message) = @_; print $line "\x02$message\x03" }
sub say_to { my ($line, $message) = @_; push @sent, $message; put($line, $message) }
sub resume { put($_[0], sprintf 'RESUME %s %s %05d', $terminal, $operator, $last) }

sub hear {    # one message of the switch
    my ($line, $message) = @_;
    my ($number) = $message =~ /\A.*?\r\n.*?\r\n\S+ \S+ (\d{5})/ or die "no header: $message\n";
    if (!$signed_on) {
        return resume($line) if $message =~ /\AER/ && $refused++ < 3;
        die "$message\n" if $message =~ /\AER/;
        ($signed_on, my $taken) = (1, $message =~ /^RESUMED .* (\d{5,}) TAKEN/m);
        if (defined $taken) { put($line, $_) for @sent[$taken .. $#sent] }
        else { @sent = (); $last = $number - 1 }
    }
    if ($number > 0) {                               # 00000 stands outside the count
        my $new = $number == $last % 99999 + 1;
        $last = $number if $new;
        put($line, sprintf 'ACK %05d', $last);
        return unless $new;                          # it was here before
    }
    return if $number == 0 && $message =~ /^HEARTBEAT\r?$/m;
    print $message =~ s/\r//gr, "\n\n";
    $done = 1 if $message =~ /^SIGNED OFF/m;
    say_to($line, $1) if $follow && $message =~ /^NEXT: (.+?)\r?$/m;
}

for my $try (1 .. 100) {
    my $line = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 5)
        or die "no switch answers at $host:$port\n";
    $line->autoflush(1);
    local $SIG{PIPE} = 'IGNORE';
    my ($waiting, $came) = (IO::Select->new($line, $follow ? () : \*STDIN), '');
    $signed_on = 0;
    resume($line);
    LINE: while (!$done) {
        my @ready = $waiting->can_read($heartbeat) or put($line, 'HEARTBEAT');
        for my $from (@ready) {
            if ($from == $line) {
                sysread($line, $came, 65536, length $came) or last LINE;    # it dropped: come back
                hear($line, $1) while !$done && $came =~ s/\A[^\x02]*\x02([^\x03]*)\x03//;
            } elsif (sysread STDIN, my $typed, 65536) {
                say_to($line, $_) for grep { /\S/ } split /\n/, $typed;
            } else {
                $waiting->remove(\*STDIN);
                say_to($line, 'SIGNOFF');
            }
        }
    }
    exit 0 if $done;
}
die "the line dropped too often\n";
