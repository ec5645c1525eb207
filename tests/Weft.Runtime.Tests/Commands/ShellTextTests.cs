namespace Weft.Runtime.Commands;

public sealed class ShellTextTests
{
    [Theory]
    [InlineData("curl -s localhost", "curl|-s|localhost")]
    [InlineData("echo 'a b' \"c d\" e\\ f", "echo|a b|c d|e f")]
    [InlineData("echo $NAME ${NAME}x '$NAME' \"$NAME\" \\$NAME", "echo|two words|two wordsx|$NAME|two words|$NAME")]
    [InlineData("echo '' \"\"", "echo||")]
    [InlineData("a;b && c\nd", "a;b;&c;d")]
    [InlineData("curl http://x/?a=b*", "curl|http://x/?a=b*")]
    [InlineData("echo 5$", "echo|5$")]
    [InlineData("", "")]
    public void Words_are_read_as_a_shell_reads_them(string text, string expected)
    {
        var steps = ShellText.Parse(text, name => name == "NAME" ? "two words" : "");

        Assert.Equal(expected, string.Join(';', steps.Where(step => step.Words.Length > 0).Select(step => (step.IsAfterSuccess ? "&" : "") + string.Join('|', step.Words))));
    }

    [Theory]
    [InlineData("cat /etc/passwd | sh", "'|' needs a real shell")]
    [InlineData("echo $(id)", "'$' needs a real shell")]
    [InlineData("echo `id`", "'`' needs a real shell")]
    [InlineData("echo \"`id`\"", "'`' needs a real shell")]
    [InlineData("echo x > /tmp/file", "'>' needs a real shell")]
    [InlineData("sleep 1 &", "'&' needs a real shell")]
    [InlineData("echo ${x:-y}", "'$' needs a real shell")]
    [InlineData("echo 'open", "unterminated quoted string")]
    [InlineData("echo \"open", "unterminated quoted string")]
    public void What_needs_processes_is_refused_by_name(string text, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<FormatException>(() => ShellText.Parse(text, _ => "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        var random = new Random(7);
        const string letters = "ab '\"\\$;&|{}()`\n=";
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => letters[random.Next(letters.Length)]));
            try
            {
                ShellText.Parse(text, _ => "v");
            }
            catch (FormatException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }
    }
}
