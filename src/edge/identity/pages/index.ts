export { type ApprovalFacts, approvalPage } from './approval.ts';
export {
  type Command,
  type GuardedForm,
  type HomeFacts,
  homePage,
  logoutPage,
  type Offered,
} from './home.ts';
export { type LoginFacts, loginPage } from './login.ts';
export { escaped } from './markup.ts';
export { type NoticeFacts, noticePage } from './notice.ts';
export { type Page, sendPage } from './page.ts';
