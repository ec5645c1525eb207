namespace Weft.Istio.Admission.Syntax;

public sealed class SyntaxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("^/api/v[0-9]+(/.*)?$")]
    [InlineData("(?i)a|b{2,3}?")]
    [InlineData("(?P<name>x)(?<other>y)")]
    [InlineData("[^]a-]")]
    [InlineData("[[:alpha:]_\\d\\pL]")]
    [InlineData("\\Qa(b\\E\\.\\x{1F600}\\x41\\077")]
    [InlineData("a{,2}")]
    [InlineData("x{")]
    public void An_expression_of_RE2_is_good(string expression) => Assert.Null(Re2Syntax.Error(expression));

    [Theory]
    [InlineData("a(b", "missing closing ): `a(b`")]
    [InlineData("a)b", "unexpected ): `a)b`")]
    [InlineData("*a", "missing argument to repetition operator: `*`")]
    [InlineData("(+a)", "missing argument to repetition operator: `+`")]
    [InlineData("a**", "invalid nested repetition operator: `**`")]
    [InlineData("a{1001}", "invalid repeat count: `{1001}`")]
    [InlineData("a{3,2}", "invalid repeat count: `{3,2}`")]
    [InlineData("[a", "missing closing ]: `[a`")]
    [InlineData("[z-a]", "invalid character class range: `z-a`")]
    [InlineData("[[:nope:]]", "invalid character class range: `[:nope:]`")]
    [InlineData("\\pX", "invalid character class range: `\\pX`")]
    [InlineData("a\\", "trailing backslash at end of expression: ``")]
    [InlineData("(a)\\1", "invalid escape sequence: `\\1`")]
    [InlineData("\\y", "invalid escape sequence: `\\y`")]
    [InlineData("(?!a)", "invalid or unsupported Perl syntax: `(?!`")]
    [InlineData("(?P<a b>c)", "invalid named capture: `(?P<a b>`")]
    public void A_bad_expression_is_described_as_by_Go(string expression, string problem) => Assert.Equal($"error parsing regexp: {problem}", Re2Syntax.Error(expression));

    [Theory]
    [InlineData("response.code >= 400")]
    [InlineData("has(a.b) && !(c in [1, 2u, 0x3]) || x == r'\\d' ? {'k': -1.5e3} : T{f: b\"x\"}.g()[0]")]
    [InlineData("\"\"\"two\nlines\"\"\" + 'a\\'b'")]
    public void An_expression_of_CEL_is_good(string expression) => Assert.Null(CelSyntax.Error(expression));

    [Theory]
    [InlineData("a ==", "ERROR: <input>:1:5: Syntax error: mismatched input '<EOF>' expecting ")]
    [InlineData("(a", "ERROR: <input>:1:3: Syntax error: mismatched input '<EOF>' expecting ')'")]
    [InlineData("", "ERROR: <input>:1:1: Syntax error: mismatched input '<EOF>' expecting ")]
    [InlineData("a b", "ERROR: <input>:1:3: Syntax error: mismatched input 'b' expecting <EOF>")]
    [InlineData("'open", "ERROR: <input>:1:1: Syntax error: token recognition error at: ''open'")]
    public void A_bad_expression_is_described_with_its_place(string expression, string problem) =>
        Assert.StartsWith(problem, CelSyntax.Error(expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"keys\":", "unexpected end of JSON input")]
    [InlineData("{keys:[]}", "invalid character 'k' looking for beginning of object key string")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    public void What_is_no_JSON_is_described_as_by_Go(string text, string problem) => Assert.Equal(problem, GoJsonSyntax.Error(text));

    [Fact]
    public void Random_texts_are_judged_without_failing()
    {
        var random = new Random(5);
        const string letters = "()[]{}*+?|\\^$.ax19:-,<>P=!&\"'% /\n";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => letters[random.Next(letters.Length)])]);
            Re2Syntax.Error(text);
            CelSyntax.Error(text);
            GoJsonSyntax.Error(text);
            Checks.HeaderFormat.Problem(text);
        }
    }
}
