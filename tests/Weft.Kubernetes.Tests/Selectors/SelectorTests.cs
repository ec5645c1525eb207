using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Selectors;

public sealed class SelectorTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("app=a", true)]
    [InlineData("app==a,v!=2", true)]
    [InlineData("app!=a", false)]
    [InlineData("missing!=a", true)]
    [InlineData("app in (x, a)", true)]
    [InlineData("app notin (a)", false)]
    [InlineData("missing notin (a)", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!missing , app", true)]
    [InlineData("n>4,n<6", true)]
    [InlineData("n>5", false)]
    [InlineData("app>5", false)]
    [InlineData("empty=", true)]
    [InlineData("example.com/name=x", true)]
    [InlineData("in in (in)", false)]
    public void A_label_selector_matches(string text, bool expected)
    {
        var labels = new Dictionary<string, string> { ["app"] = "a", ["v"] = "1", ["n"] = "5", ["empty"] = "", ["example.com/name"] = "x" }.ToImmutableDictionary();

        Assert.Equal(expected, LabelQuery.Parse(text).Matches(labels));
    }

    [Theory]
    [InlineData("app in (a", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a,", "found '', expected: identifier after ','")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("=b", "found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("a=b=c", "found '=', expected: ',' or 'end of string'")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("a>b", "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [InlineData("/a", "unable to parse requirement: <nil>: Invalid value: \"/a\": prefix part must be non-empty")]
    [InlineData("a in (b,-c)", "unable to parse requirement: values[0][a]: Invalid value: \"-c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    public void A_wrong_label_selector_has_Kubernetes_message(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SelectorFormatException>(() => LabelQuery.Parse(text)).Message);

    [Fact]
    public void What_is_printed_reads_as_the_same_and_arbitrary_text_never_crashes()
    {
        var random = new Random(3);
        string[] parts = ["a", "b-c", "x/y", "in", "notin", "=", "==", "!=", "!", ",", "(", ")", " ", ">", "<", "1", "é", "\n"];
        var read = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                var query = LabelQuery.Parse(text);
                Assert.Equal(query.ToString(), LabelQuery.Parse(query.ToString()).ToString());
                read++;
            }
            catch (SelectorFormatException)
            {
                // What is asked for.
            }
        }

        Assert.True(read > 1000);
    }

    [Fact]
    public void The_form_of_specs_is_read()
    {
        var selector = new LabelSelector { MatchLabels = ImmutableDictionary<string, string>.Empty.Add("a", "b"), MatchExpressions = [new() { Key = "c", Operator = "NotIn", Values = ["d"] }] };

        Assert.Equal("a=b,c notin (d)", LabelQuery.From(selector).ToString());
        Assert.Throws<SelectorFormatException>(() => LabelQuery.From(new LabelSelector { MatchExpressions = [new() { Key = "c", Operator = "Like" }] }));
    }

    [Theory]
    [InlineData("metadata.name=a", true)]
    [InlineData("metadata.name==a,spec.nodeName!=a", true)]
    [InlineData("spec.nodeName=", true)]
    [InlineData("metadata.name!=a", false)]
    [InlineData("", true)]
    [InlineData("metadata.name=a\\,b", false)]
    public void A_field_selector_matches(string text, bool expected) =>
        Assert.Equal(expected, FieldQuery.Parse(text).Matches(field => field == "metadata.name" ? "a" : ""));

    [Fact]
    public void A_wrong_field_selector_has_Kubernetes_message() =>
        Assert.Equal("invalid selector: 'a=b,c'; can't understand 'c'", Assert.Throws<SelectorFormatException>(() => FieldQuery.Parse("a=b,c")).Message);

    [Fact]
    public void A_printed_field_selector_reads_as_the_same() =>
        Assert.Equal("a=x\\,y\\=\\\\,b!=1", FieldQuery.Parse(FieldQuery.Parse("a==x\\,y\\=\\\\,b!=1").ToString()).ToString());
}
