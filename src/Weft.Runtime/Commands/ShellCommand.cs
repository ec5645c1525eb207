namespace Weft.Runtime.Commands;

/// <summary>
/// <c>sh -c TEXT</c> for containers that have no shell: commands of the table joined by <c>;</c> and <c>&amp;&amp;</c>, with quotes and variables. Whatever needs a real
/// shell is refused by name, and nothing of the text is run.
/// </summary>
internal sealed class ShellCommand(string name, Func<CommandCall, CancellationToken, Task<int>> runAsync) : IPodCommand
{
    private const int Misuse = 2;
    private const int CannotExecute = 126;

    public string Name => name;

    public async Task<int> RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments is not ["-c", var text, ..])
        {
            await call.WriteErrorAsync($"{name}: this container runs inside weft and has no shell to sit in: give a command, or {name} -c 'COMMAND; COMMAND'\n", cancellationToken);
            return CannotExecute;
        }

        try
        {
            return await RunAllAsync(call, ShellText.Parse(text, variable => call.Environment.GetValueOrDefault(variable, "")), cancellationToken);
        }
        catch (FormatException problem)
        {
            await call.WriteErrorAsync($"{name}: {problem.Message}\n", cancellationToken);
            return Misuse;
        }
    }

    private async Task<int> RunAllAsync(CommandCall call, IReadOnlyList<ShellStep> steps, CancellationToken cancellationToken)
    {
        var code = 0;
        foreach (var step in steps.Where(step => !step.Words.IsEmpty))
        {
            if (!step.IsAfterSuccess || code == 0)
                code = await runAsync(call with { Name = step.Words[0], Arguments = step.Words[1..] }, cancellationToken);
        }

        return code;
    }
}
