using System.Text;

namespace Weft.Console.Diagnostics;

public sealed class MetricFamilyTests
{
    [Fact]
    public void Durations_are_counted_up_to_each_bound()
    {
        var family = new DurationFamily("took_seconds", "Time.", "route", "kind");
        family.Observe(TimeSpan.FromMilliseconds(5), "/a", "x");
        family.Observe(TimeSpan.FromMilliseconds(80), "/a", "x");
        family.Observe(TimeSpan.FromMinutes(1), "/a", "x");
        var lines = Lines(family.WriteTo);
        Assert.Equal(["# HELP took_seconds Time.", "# TYPE took_seconds histogram"], lines[..2]);
        Assert.Contains("took_seconds_bucket{route=\"/a\",kind=\"x\",le=\"0.005\"} 1", lines);
        Assert.Contains("took_seconds_bucket{route=\"/a\",kind=\"x\",le=\"0.05\"} 1", lines);
        Assert.Contains("took_seconds_bucket{route=\"/a\",kind=\"x\",le=\"0.1\"} 2", lines);
        Assert.Contains("took_seconds_bucket{route=\"/a\",kind=\"x\",le=\"10\"} 2", lines);
        Assert.Contains("took_seconds_bucket{route=\"/a\",kind=\"x\",le=\"+Inf\"} 3", lines);
        Assert.Equal(["took_seconds_sum{route=\"/a\",kind=\"x\"} 60.085", "took_seconds_count{route=\"/a\",kind=\"x\"} 3"], lines[^2..]);
    }

    [Fact]
    public void A_family_without_labels_has_no_braces_and_a_label_cannot_end_its_line()
    {
        var plain = new DurationFamily("took_seconds", "Time.");
        plain.Observe(TimeSpan.FromSeconds(1));
        Assert.Contains("took_seconds_bucket{le=\"1\"} 1", Lines(plain.WriteTo));
        Assert.Contains("took_seconds_count 1", Lines(plain.WriteTo));

        var number = new NumberFamily("failures_total", "counter", "Failures.", "route");
        number.Increment("a\"} 7\n\\");
        number.Increment("a\"} 7\n\\");
        Assert.Equal("failures_total{route=\"a\\\"} 7\\n\\\\\"} 2", Lines(number.WriteTo)[^1]);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_count()
    {
        var number = new NumberFamily("n_total", "counter", "N.");
        var durations = new DurationFamily("d_seconds", "D.");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                number.Increment();
                durations.Observe(TimeSpan.FromSeconds(1));
            }
        })));
        Assert.Equal("n_total 8000", Lines(number.WriteTo)[^1]);
        Assert.Equal(["d_seconds_sum 8000", "d_seconds_count 8000"], Lines(durations.WriteTo)[^2..]);
    }

    private static string[] Lines(Action<StringBuilder> write)
    {
        var text = new StringBuilder();
        write(text);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
