namespace Weft.Console.Caching;

public sealed class BackgroundRefreshTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SteppedTime _time = new();
    private readonly List<TimeSpan> _made = [];
    private readonly List<Exception> _failures = [];

    [Fact]
    public async Task What_is_asked_for_regularly_is_made_with_the_time_until_it_is_asked_again()
    {
        var refresh = Create(capacity: 8);
        refresh.Asked("a", TimeSpan.FromSeconds(15), MakeAsync);
        _time.Advance(14 * Second);
        await refresh.StepAsync();
        _time.Advance(2 * Second);
        await refresh.StepAsync();
        Assert.Equal([Second, 14 * Second], _made);
    }

    [Fact]
    public async Task What_nobody_has_asked_for_in_a_minute_is_made_no_more()
    {
        var refresh = Create(capacity: 8);
        refresh.Asked("a", TimeSpan.FromSeconds(15), MakeAsync);
        _time.Advance(60 * Second);
        await refresh.StepAsync();
        Assert.Empty(_made);
        Assert.Equal(0, refresh.Count);
    }

    [Fact]
    public async Task One_question_without_an_interval_is_no_habit_but_two_are()
    {
        var refresh = Create(capacity: 8);
        refresh.Asked("a", null, MakeAsync);
        _time.Advance(10 * Second);
        await refresh.StepAsync();
        Assert.Empty(_made);
        refresh.Asked("a", null, MakeAsync);
        _time.Advance(4 * Second);
        await refresh.StepAsync();
        Assert.Equal([6 * Second], _made);
    }

    [Fact]
    public async Task Of_too_many_things_the_one_asked_for_longest_ago_is_forgotten_and_a_failure_disturbs_no_other()
    {
        var refresh = Create(capacity: 2);
        refresh.Asked("a", 10 * Second, MakeAsync);
        _time.Advance(Second);
        refresh.Asked("b", 10 * Second, _ => throw new InvalidOperationException("down"));
        _time.Advance(Second);
        refresh.Asked("c", 10 * Second, MakeAsync);
        _time.Advance(Second);
        await refresh.StepAsync();
        Assert.Equal([9 * Second], _made);
        Assert.Equal("down", Assert.Single(_failures).Message);
        Assert.Equal(2, refresh.Count);
    }

    [Fact]
    public async Task A_jump_of_the_time_of_day_changes_nothing()
    {
        var refresh = Create(capacity: 8);
        refresh.Asked("a", 15 * Second, MakeAsync);
        _time.Now -= TimeSpan.FromDays(1);
        _time.Advance(5 * Second);
        await refresh.StepAsync();
        _time.Now += TimeSpan.FromDays(400);
        await refresh.StepAsync();
        Assert.Equal([10 * Second, 10 * Second], _made);
    }

    private BackgroundRefresh<string> Create(int capacity) => new(capacity, _failures.Add, _time);

    private Task MakeAsync(TimeSpan untilAsked)
    {
        _made.Add(untilAsked);
        return Task.CompletedTask;
    }
}
